"""`newsletter events`: what SendGrid told afterwards."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from newsletter.campaigns.events import Applied, apply_events, verdicts
from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import SourceError
from newsletter.formatting import counted
from newsletter.transports.sendgrid.events import read_events
from newsletter.workspace import Workspace


@click.group(cls=CheckedGroup, short_help="Import delivery events from SendGrid.")
def events() -> None:
    """Import what SendGrid reports after a send: delivered, bounced, unsubscribed, complained.

    Example: newsletter events import events.json
    """


@events.command("import", short_help="Import events from a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@json_option
@with_workspace
def import_(workspace: Workspace, file: Path, *, as_json: bool) -> None:
    """Import the events in FILE: a JSON list as SendGrid posts it, or one event per line.

    You can import a file twice; each event counts once.

    Example: newsletter events import events.json
    """
    document = _read(file)
    with workspace_store(workspace) as store:
        applied = apply_events(store, read_events(document))
        with store.read() as connection:
            warnings = verdicts(connection, applied.campaigns)
    if as_json:
        print_json(
            {name: value for name, value in vars(applied).items() if name != "campaigns"} | {"warnings": warnings}
        )
        return
    told = [f"{slug}: {reason}. See: newsletter report {slug}" for slug, reason in warnings.items()]
    click.echo("\n".join([*_lines(applied), *told]))


def _lines(applied: Applied) -> list[str]:
    new = counted(applied.new, "new event", "new events")
    lines = [f"{new}, {applied.repeated:,} already known, {applied.foreign:,} about other mail."]
    if applied.settled:
        lines.append(
            f"{counted(applied.settled, 'unresolved message was', 'unresolved messages were')} sent after all."
        )
    if applied.suppressed:
        lines.append(f"{counted(applied.suppressed, 'subscriber', 'subscribers')} will not be mailed again.")
    lines += [f"PAUSED: {slug}. See why: newsletter status {slug}" for slug in applied.paused]
    return lines


def _read(file: Path) -> list[Any]:
    """Read a JSON document, or one a line."""
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = raw.decode("utf-8-sig").strip()
        found = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines() if line]
    except OSError as err:
        raise SourceError(f"cannot be read ({err.strerror})", where=file) from err
    except ValueError as err:
        hint = "It should be a JSON list of events, as SendGrid's event webhook posts it."
        raise SourceError("is not a list of events", where=file, hint=hint) from err
    return list(found)
