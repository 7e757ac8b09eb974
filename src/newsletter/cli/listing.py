"""`newsletter list`: the issues and their state."""

from pathlib import Path
from typing import Any

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace, workspace_store
from newsletter.errors import IssueError
from newsletter.workspace import Workspace

DRAFT = "draft"
_WORDS = {"finished": "sent"}
"""Where the overview says it in other words than the ledger."""


@click.command("list", short_help="List the issues and their state.")
@json_option
@with_workspace
def list_issues(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues and their state.

    An issue is a draft until it is sent. One with a mistake in its files is listed, too,
    with the mistake.

    Example: newsletter list
    """
    from newsletter.issues import list_slugs  # noqa: PLC0415 - slow to import

    states = _campaign_states(workspace)
    rows = [_row(workspace, slug, states.get(slug, DRAFT)) for slug in list_slugs(workspace)]
    if as_json:
        print_json(rows)
    elif rows:
        _print_table(rows)
    else:
        note("There is no issue yet. Make one with: newsletter new SLUG --from POST")


def _row(workspace: Workspace, slug: str, state: str) -> dict[str, Any]:
    from newsletter.issues import load_issue  # noqa: PLC0415 - slow to import

    try:
        issue = load_issue(workspace, slug)
    except IssueError as err:
        return {"slug": slug, "subject": "", "posts": None, "state": state, "mistake": str(err)}
    return {"slug": slug, "subject": issue.subject, "posts": len(issue.posts), "state": state, "mistake": ""}


def _campaign_states(workspace: Workspace) -> dict[str, str]:
    """Return the state of each issue that has a campaign; a database is never made for it."""
    _, sqlite, path = workspace.database_url.partition("sqlite:///")
    if sqlite and not Path(path).exists():
        return {}
    from sqlalchemy import select  # noqa: PLC0415 - slow to import

    from newsletter.storage.ledger import campaigns  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store, store.read() as connection:
        found = connection.execute(select(campaigns.c.slug, campaigns.c.state)).all()
    return {slug: _WORDS.get(state, state) for slug, state in found}


def _print_table(rows: list[dict[str, Any]]) -> None:
    width = max(len(row["slug"]) for row in rows)
    for row in rows:
        posts = "" if row["posts"] is None else f"{row['posts']} post{'' if row['posts'] == 1 else 's'}"
        click.echo(f"{row['slug']:<{width}}  {row['state']:<9}  {posts:<8}  {row['subject'] or 'has a mistake:'}")
        if row["mistake"]:
            click.echo("\n".join(f"    {line}" for line in row["mistake"].splitlines()))
