"""`newsletter subscribers tag` and `untag`: by address, by file or by what people have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import Connection

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.cli.subscribers.listing import chosen, filters
from newsletter.errors import SubscriberError
from newsletter.formatting import counted
from newsletter.subscribers.clinical import NEUTRAL_TAGS, is_clinical_tag
from newsletter.subscribers.importer import addresses_in
from newsletter.subscribers.listing import checked_tag, count, tag_all, untag_all
from newsletter.subscribers.records import change_tags, subscribers_among
from newsletter.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


def whom(command: F) -> F:
    """Give a command the arguments and options that say whose tags it changes."""
    for option in (
        json_option,
        filters,
        click.option("--everybody", is_flag=True, help="The whole list."),
        click.option("--file", type=click.Path(path_type=Path), help="Everyone in this CSV or Excel file."),
        click.argument("emails", metavar="[EMAIL]...", nargs=-1),
        click.argument("name", metavar="TAG"),
    ):
        command = option(command)
    return command


@click.command(short_help="Add a tag to subscribers.")
@whom
@click.option("--keep-tag", "is_kept", is_flag=True, help="Add the tag even though it looks like health information.")
@with_workspace
def tag(workspace: Workspace, name: str, *, as_json: bool, is_kept: bool, **people: Any) -> None:
    """Add a tag to subscribers: by address, from a file, or by search.

    Example: newsletter subscribers tag "support group" ana@example.org ben@example.org

    From a file: newsletter subscribers tag events --file guests.csv
    """
    _change(workspace, people, add=(name,), as_json=as_json, is_kept=is_kept)


@click.command(short_help="Remove a tag from subscribers.")
@whom
@with_workspace
def untag(workspace: Workspace, name: str, *, as_json: bool, **people: Any) -> None:
    """Remove a tag from subscribers: by address, from a file, or by search.

    Example: newsletter subscribers untag events --everybody
    """
    _change(workspace, people, remove=(name,), as_json=as_json)


def _change(
    workspace: Workspace,
    whom: dict[str, Any],
    *,
    add: tuple[str, ...] = (),
    remove: tuple[str, ...] = (),
    as_json: bool,
    is_kept: bool = False,
) -> None:
    if not any(whom.values()):
        raise click.UsageError("Choose subscribers: addresses, --file, --search and so on, or --everybody.")
    name = checked_tag((*add, *remove)[0])
    if add and len(whom["emails"]) == 1 and is_clinical_tag(name) and not is_kept:
        hint = f"{NEUTRAL_TAGS} If this one is harmless, use"
        raise SubscriberError(f"the tag “{name}” looks like health information", hint=hint, command="--keep-tag")
    if add and is_clinical_tag(name):
        note(f"“{name}” looks like health information. {NEUTRAL_TAGS}")
    with workspace_store(workspace) as store, store.write() as connection:
        found, changed, unknown = _carry_out(workspace, connection, add, remove, **whom)
    if as_json:
        print_json({"found": found, "changed": changed, "unknown": unknown})
        return
    click.echo(f"{changed:,} of {counted(found, 'subscriber', 'subscribers')} changed.")
    if unknown:
        note(f"Not on the list: {counted(unknown, 'address', 'addresses')}.")


def _carry_out(
    workspace: Workspace,
    connection: Connection,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    *,
    emails: tuple[str, ...],
    file: Path | None,
    everybody: bool,
    **options: Any,
) -> tuple[int, int, int]:
    """Return how many people are meant, how many of them changed, and how many addresses nobody on the list has."""
    if not emails and file is None:
        query = chosen(workspace, options)
        found = count(connection, query)
        changed = tag_all(connection, query, add[0]) if add else untag_all(connection, query, remove[0])
        return found, len(changed), 0
    if everybody or any(options.values()):
        raise click.UsageError("Use addresses or --file, or a search; not both.")
    people, unknown = subscribers_among(connection, [*emails, *(addresses_in(file) if file else ())])
    return len(people), change_tags(connection, people, add=add, remove=remove), unknown
