"""`newsletter subscribers show` and `audit`: one person, and what they agreed to."""

from datetime import UTC, datetime
from typing import Any

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.formatting import say_moment
from newsletter.storage import Store
from newsletter.subscribers.consent import Consent, consent_record, history, lines
from newsletter.subscribers.records import Subscriber, subscriber_or_reason
from newsletter.workspace import Workspace


@click.command(short_help="Show a subscriber and their history.")
@click.argument("email")
@json_option
@with_workspace
def show(workspace: Workspace, email: str, *, as_json: bool) -> None:
    """Show the data of a subscriber, with their full history.

    Example: newsletter subscribers show ana@example.org
    """
    with workspace_store(workspace) as store:
        person, entries = _look_up(store, email)
    if as_json:
        print_json(_document(person, entries))
        return
    zone = workspace.settings.clinic.timezone
    facts = person.as_document() | {"tags": ", ".join(person.tags), "created_at": say_moment(person.created_at, zone)}
    for name, value in facts.items():
        if value:
            click.echo(f"{name.replace('_', ' '):<12}{value}")
    click.echo()
    for entry in entries:
        click.echo("\n".join(lines(entry, zone)))


@click.command(short_help="Print a subscriber's consent record.")
@click.argument("email")
@json_option
@with_workspace
def audit(workspace: Workspace, email: str, *, as_json: bool) -> None:
    """Print a subscriber's consent record on one page: what they agreed to, when and how.

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
    keeper = f"{clinic.name}, {clinic.postal_address}"
    click.echo(consent_record(person, entries, clinic=keeper, printed=now, zone=clinic.timezone))


def _look_up(store: Store, email: str) -> tuple[Subscriber, tuple[Consent, ...]]:
    with store.read() as connection:
        person = subscriber_or_reason(connection, store.key, email)
        return person, history(connection, person.id)


def _document(person: Subscriber, entries: tuple[Consent, ...]) -> dict[str, Any]:
    return person.as_document() | {"history": [entry.as_document() for entry in entries]}
