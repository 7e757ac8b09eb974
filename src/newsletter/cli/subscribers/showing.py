"""`newsletter subscribers show` and `audit`: one person, and what they agreed to."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.storage import Store
    from newsletter.subscribers.consent import Consent
    from newsletter.subscribers.people import Person


@click.command(short_help="Show one person and their history.")
@click.argument("email")
@json_option
@with_workspace
def show(workspace: Workspace, email: str, *, as_json: bool) -> None:
    """Show what is known of the person with this address, and their whole history.

    Example: newsletter subscribers show ana@example.org
    """
    with workspace_store(workspace) as store:
        person, entries = _look_up(store, email)
    if as_json:
        print_json(_document(person, entries))
        return
    zone = workspace.settings.clinic.timezone
    facts = person.as_document() | {"tags": ", ".join(person.tags), "created_at": _moment(person.created_at, zone)}
    for name, value in facts.items():
        if value:
            click.echo(f"{name.replace('_', ' '):<12}{value}")
    click.echo()
    for entry in entries:
        click.echo("\n".join(_lines(entry, zone)))


@click.command(short_help="Print the evidence of one person's consent.")
@click.argument("email")
@json_option
@with_workspace
def audit(workspace: Workspace, email: str, *, as_json: bool) -> None:
    """Print, on one page to hand over, what one person agreed to, when and how.

    Example: newsletter subscribers audit ana@example.org
    """
    with workspace_store(workspace) as store:
        person, entries = _look_up(store, email)
    now = datetime.now(tz=UTC)
    clinic = workspace.settings.clinic
    if as_json:
        print_json(
            {"clinic": clinic.name, "printed_at": now.isoformat(timespec="seconds")} | _document(person, entries)
        )
        return
    click.echo(f"Record of consent\n{clinic.name}, {clinic.postal_address}\n")
    click.echo(f"Address: {person.email}\nStatus:  {person.status}\nPrinted: {_moment(now, clinic.timezone)}\n")
    for entry in entries:
        click.echo("\n".join(_lines(entry, clinic.timezone)) + "\n")
    click.echo("Entries are added as things happen, and are not changed afterwards.")


def _look_up(store: "Store", email: str) -> "tuple[Person, tuple[Consent, ...]]":
    from newsletter.subscribers.consent import history  # noqa: PLC0415 - SQLAlchemy is slow to import
    from newsletter.subscribers.people import person_or_reason  # noqa: PLC0415 - slow to import

    with store.read() as connection:
        person = person_or_reason(connection, store.key, email)
        return person, history(connection, person.id)


def _document(person: "Person", entries: "tuple[Consent, ...]") -> dict[str, Any]:
    return person.as_document() | {"history": [entry.as_document() for entry in entries]}


def _lines(entry: "Consent", zone: ZoneInfo) -> list[str]:
    where = f" ({entry.file_name}, line {entry.row})" if entry.file_name else ""
    lines = [f"{_moment(entry.at, zone)}  {entry.what} by {entry.how}{where}"]
    if entry.wording:
        lines.append(f"    agreed to: “{entry.wording}”")
    if entry.note:
        lines.append(f"    reason: {entry.note}")
    return lines


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
