"""`newsletter list`: the issues and their state."""

from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.errors import IssueError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.campaigns.overview import Standing


@click.command("list", short_help="List the issues and their state.")
@json_option
@with_workspace
def list_issues(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues and their state.

    An issue is a draft until it is sent. One with a mistake in its files is listed, too,
    with the mistake.

    Example: newsletter list
    """
    from newsletter.campaigns.overview import issue_standings  # noqa: PLC0415 - slow to import
    from newsletter.issues import list_slugs  # noqa: PLC0415 - slow to import

    standings = issue_standings(workspace)
    rows = [_row(workspace, slug, standings.get(slug)) for slug in list_slugs(workspace)]
    if as_json:
        print_json(rows)
    elif rows:
        zone = workspace.settings.clinic.timezone
        _print_table(rows, {slug: standing.words(zone) for slug, standing in standings.items()})
    else:
        note("There is no issue yet. Make one with: newsletter new SLUG --from POST")


def _row(workspace: Workspace, slug: str, standing: "Standing | None") -> dict[str, Any]:
    from newsletter.campaigns.overview import DRAFT, HELD  # noqa: PLC0415 - slow to import
    from newsletter.issues import load_issue  # noqa: PLC0415 - slow to import

    state = standing.state if standing else DRAFT
    held_until = standing.held_until if standing and state == HELD else None
    stands = {"state": state, "held_until": held_until and held_until.isoformat()}
    try:
        issue = load_issue(workspace, slug)
    except IssueError as err:
        return {"slug": slug, "subject": "", "posts": None, **stands, "mistake": str(err)}
    return {"slug": slug, "subject": issue.subject, "posts": len(issue.posts), **stands, "mistake": ""}


def _print_table(rows: list[dict[str, Any]], words: dict[str, str]) -> None:
    width = max(len(row["slug"]) for row in rows)
    states = {row["slug"]: words.get(row["slug"], row["state"]) for row in rows}
    state_width = max(9, *map(len, states.values()))
    for row in rows:
        posts = "" if row["posts"] is None else f"{row['posts']} post{'' if row['posts'] == 1 else 's'}"
        state = f"{states[row['slug']]:<{state_width}}"
        click.echo(f"{row['slug']:<{width}}  {state}  {posts:<8}  {row['subject'] or 'has a mistake:'}")
        if row["mistake"]:
            click.echo("\n".join(f"    {line}" for line in row["mistake"].splitlines()))
