"""`newsletter list`: the issues and their state."""

from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.errors import IssueError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.campaigns.overview import Forgotten


@click.command("list", short_help="List the issues and their state.")
@json_option
@with_workspace
def list_issues(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues and their state.

    An issue is a draft until it is sent. One with a mistake in its files is listed, too,
    with the mistake.

    Example: newsletter list
    """
    from newsletter.campaigns.overview import DRAFT, forgotten_sends, issue_states  # noqa: PLC0415 - slow to import
    from newsletter.issues import list_slugs  # noqa: PLC0415 - slow to import

    states = issue_states(workspace)
    forgotten = forgotten_sends(workspace)
    rows = [
        _row(workspace, slug, "unknown" if slug in forgotten.issues else states.get(slug, DRAFT))
        for slug in list_slugs(workspace)
    ]
    for row in rows:
        row["remark"] = _remark(row["slug"], forgotten)
    if as_json:
        print_json(rows)
    elif rows:
        _print_table(rows)
    else:
        note("There is no issue yet. Make one with: newsletter new SLUG --from POST")


def _remark(slug: str, forgotten: "Forgotten") -> str:
    """Return what the journal knows of an issue and the database does not."""
    if slug in forgotten.sends:
        return f"The database is older than what was sent of this. See: newsletter status {slug}"
    return forgotten.issues.get(slug, "")


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
        for line in f"{row['mistake']}\n{row['remark']}".split("\n"):
            if line:
                click.echo(f"    {line}")
