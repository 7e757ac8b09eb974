"""`newsletter subscribers tag` and `untag`: by address, by file or by what people have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace, workspace_store
from newsletter.cli.subscribers.listing import chosen, filters
from newsletter.errors import SubscriberError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from newsletter.subscribers.people import Person

F = TypeVar("F", bound=Callable[..., Any])


def whom(command: F) -> F:
    """Give a command the arguments and options that say whose tags it changes."""
    for option in (
        json_option,
        filters,
        click.option("--everybody", is_flag=True, help="The whole list."),
        click.option("--file", type=click.Path(path_type=Path), help="Everybody who is in this CSV or Excel file."),
        click.argument("emails", metavar="[EMAIL]...", nargs=-1),
        click.argument("name", metavar="TAG"),
    ):
        command = option(command)
    return command


@click.command(short_help="Give people a tag.")
@whom
@with_workspace
def tag(workspace: Workspace, name: str, *, as_json: bool, **people: Any) -> None:
    """Give people a tag: those you name, those in a file, or those you look for.

    Example: newsletter subscribers tag "support group" ana@example.org ben@example.org

    From a file: newsletter subscribers tag events --file guests.csv
    """
    _change(workspace, people, add=(name,), as_json=as_json)


@click.command(short_help="Take a tag from people.")
@whom
@with_workspace
def untag(workspace: Workspace, name: str, *, as_json: bool, **people: Any) -> None:
    """Take a tag from people: those you name, those in a file, or those you look for.

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
) -> None:
    from newsletter.subscribers.people import change_tags  # noqa: PLC0415 - SQLAlchemy is slow to import
    from newsletter.subscribers.tags import clean_tag  # noqa: PLC0415 - slow to import

    if not any(whom.values()):
        raise click.UsageError("Say who: addresses, --file, --search and the like, or --everybody.")
    if not clean_tag((*add, *remove)[0]):
        raise SubscriberError("a tag needs a letter or a digit")
    with workspace_store(workspace) as store, store.write() as connection:
        found, unknown = _find(workspace, connection, **whom)
        changed = change_tags(connection, found, add=add, remove=remove)
    if as_json:
        print_json({"found": len(found), "changed": changed, "unknown": unknown})
        return
    click.echo(f"{changed:,} changed of {len(found):,} found.")
    if unknown:
        note(f"{unknown:,} addresses are not on the list.")


def _find(
    workspace: Workspace,
    connection: "Connection",
    *,
    emails: tuple[str, ...],
    file: Path | None,
    everybody: bool,
    **options: Any,
) -> "tuple[list[Person], int]":
    """Return the people meant, and how many addresses nobody on the list has."""
    if not emails and file is None:
        from newsletter.subscribers.listing import people  # noqa: PLC0415 - SQLAlchemy is slow to import

        return list(people(connection, chosen(workspace, options))), 0
    if everybody or any(options.values()):
        raise click.UsageError("Either name people, by address or file, or look for them.")
    from newsletter.subscribers.intake.run import addresses_in  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.people import people_among  # noqa: PLC0415 - slow to import

    return people_among(connection, [*emails, *(addresses_in(file) if file else ())])
