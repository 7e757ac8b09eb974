"""`newsletter list`: the issues and their state."""

from typing import Any

import click

from newsletter.campaigns.overview import DRAFT, HELD, Forgotten, Standing, forgotten_sends, issue_standings
from newsletter.cli.output import columns, json_option, note, print_json, with_workspace
from newsletter.errors import IssueError
from newsletter.formatting import counted
from newsletter.issues import list_slugs, load_issue
from newsletter.message import as_without_name
from newsletter.workspace import Workspace


@click.command("list", short_help="List the issues and their state.")
@json_option
@with_workspace
def list_issues(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues and their state.

    An issue is a draft until it is sent. If a file of an issue has a mistake, the list
    shows it.

    Example: newsletter list
    """
    standings = issue_standings(workspace)
    forgotten = forgotten_sends(workspace)
    rows = [_row(workspace, slug, standings.get(slug), forgotten) for slug in list_slugs(workspace)]
    if as_json:
        print_json(rows)
    elif rows:
        zone = workspace.settings.clinic.timezone
        _print_table(rows, {slug: standing.words(zone) for slug, standing in standings.items()})
    else:
        note("No issues yet. Create one with: newsletter new SLUG --from POST")


def _remark(slug: str, forgotten: Forgotten) -> str:
    """Return what the journal knows of an issue and the database does not."""
    if slug in forgotten.sends:
        return f"The database is older than the last send of this issue. See: newsletter status {slug}"
    return forgotten.issues.get(slug, "")


def _row(workspace: Workspace, slug: str, standing: Standing | None, forgotten: Forgotten) -> dict[str, Any]:
    state = "unknown" if slug in forgotten.issues else standing.state if standing else DRAFT
    held_until = standing.held_until if standing and state == HELD else None
    stands = {
        "state": state,
        "held_until": held_until and held_until.isoformat(),
        "remark": _remark(slug, forgotten),
    }
    try:
        issue = load_issue(workspace, slug)
    except IssueError as err:
        return {"issue": slug, "subject": "", "posts": None, **stands, "mistake": str(err)}
    return {
        "issue": slug,
        "subject": as_without_name(issue.subject, issue.source),
        "posts": len(issue.posts),
        **stands,
        "mistake": "",
    }


def _print_table(rows: list[dict[str, Any]], words: dict[str, str]) -> None:
    width = max(len(row["issue"]) for row in rows)
    states = {
        row["issue"]: row["state"] if row["state"] == "unknown" else words.get(row["issue"], row["state"])
        for row in rows
    }
    state_width = max(9, *map(len, states.values()))
    lines = {
        row["issue"]: f"{row['issue']:<{width}}  {states[row['issue']]:<{state_width}}  {_posts(row):<8}"
        for row in rows
    }
    subjects = {row["issue"]: row["subject"] or "has a mistake:" for row in rows}
    gap = "  " if max(len(f"{lines[slug]}  {subject}") for slug, subject in subjects.items()) <= columns() else "\n    "
    for row in rows:
        click.echo(f"{lines[row['issue']]}{gap}{subjects[row['issue']]}")
        for line in f"{row['mistake']}\n{row['remark']}".split("\n"):
            if line:
                click.echo(f"    {line}")


def _posts(row: dict[str, Any]) -> str:
    return "" if row["posts"] is None else counted(row["posts"], "post", "posts")
