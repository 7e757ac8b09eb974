"""`newsletter list`: the issues and their state."""

from typing import Any

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.errors import IssueError
from newsletter.workspace import Workspace


@click.command("list", short_help="List the issues and their state.")
@json_option
@with_workspace
def list_issues(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues and their state.

    An issue is a draft until it is sent. One with a mistake in its files is listed, too,
    with the mistake.

    Example: newsletter list
    """
    from newsletter.campaigns.overview import DRAFT, forgotten_issues, issue_states  # noqa: PLC0415 - slow to import
    from newsletter.issues import list_slugs  # noqa: PLC0415 - slow to import

    states = issue_states(workspace)
    unknown = forgotten_issues(workspace)
    rows = [
        _row(workspace, slug, "unknown" if slug in unknown else states.get(slug, DRAFT))
        for slug in list_slugs(workspace)
    ]
    if as_json:
        print_json(rows)
    elif rows:
        _print_table(rows)
        for row in rows:
            if row["slug"] in unknown:
                note(f"\n{unknown[row['slug']].what[0].upper()}{unknown[row['slug']].what[1:]}.")
    else:
        note("There is no issue yet. Make one with: newsletter new SLUG --from POST")


def _row(workspace: Workspace, slug: str, state: str) -> dict[str, Any]:
    from newsletter.issues import load_issue  # noqa: PLC0415 - slow to import

    try:
        issue = load_issue(workspace, slug)
    except IssueError as err:
        return {"slug": slug, "subject": "", "posts": None, "state": state, "mistake": str(err)}
    return {"slug": slug, "subject": issue.subject, "posts": len(issue.posts), "state": state, "mistake": ""}


def _print_table(rows: list[dict[str, Any]]) -> None:
    width = max(len(row["slug"]) for row in rows)
    for row in rows:
        posts = "" if row["posts"] is None else f"{row['posts']} post{'' if row['posts'] == 1 else 's'}"
        click.echo(f"{row['slug']:<{width}}  {row['state']:<9}  {posts:<8}  {row['subject'] or 'has a mistake:'}")
        if row["mistake"]:
            click.echo("\n".join(f"    {line}" for line in row["mistake"].splitlines()))
