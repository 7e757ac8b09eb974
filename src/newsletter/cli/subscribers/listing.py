"""`newsletter subscribers list`: look through the list."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from newsletter.cli.output import DAY, json_option, note, print_json, start_of, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.subscribers import listing
from newsletter.subscribers.export import write_csv
from newsletter.subscribers.listing import Query
from newsletter.subscribers.records import Subscriber
from newsletter.subscribers.vocabulary import Status
from newsletter.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
_PAGE = 50
STATUSES = ("pending", "subscribed", "unsubscribed", "bounced", "complained")

_FILTERS = (
    click.option("--search", default="", metavar="TEXT", help="Part of an address or a name."),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=click.Choice(STATUSES),
        help="Only subscribers with this status; can be repeated.",
    ),
    click.option("--tag", "tags", multiple=True, help="Only subscribers with this tag; repeat it for several."),
    click.option("--not-tag", "not_tags", multiple=True, help="Only subscribers without this tag; can be repeated."),
    click.option(
        "--language", default="", metavar="CODE", help="Only subscribers with this language: es, en …, or none."
    ),
    click.option("--since", type=DAY, help="Only subscribers who joined on this day or later."),
)


def filters(command: F) -> F:
    """Give a command the options that choose people; `chosen` makes a query of them."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def chosen(workspace: Workspace, options: dict[str, Any]) -> Query:
    """Return the query for what `filters` has read."""
    since: datetime | None = options["since"]
    return Query(
        search=options["search"],
        statuses=tuple(Status(status) for status in options["statuses"]),
        tags=options["tags"],
        not_tags=options["not_tags"],
        language=options["language"],
        joined_since=start_of(since, workspace) if since else None,
    )


@click.command("list", short_help="List or search subscribers.")
@filters
@click.option("--sort", "order", type=click.Choice(["joined", "email", "name"]), default="joined", help="Sort by this.")
@click.option("--reverse", "backwards", is_flag=True, help="Reverse the order.")
@click.option("--limit", type=click.IntRange(1), help="Rows per page. Default: 50, or all with --csv.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="The page to show.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@with_workspace
def list_people(
    workspace: Workspace,
    order: str,
    limit: int | None,
    page: int,
    *,
    backwards: bool,
    as_csv: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """List or search subscribers.

    Example: newsletter subscribers list --tag news --search lima
    """
    query, size, skip = chosen(workspace, options), limit or _PAGE, (page - 1) * (limit or _PAGE)
    with workspace_store(workspace) as store, store.read() as connection:
        if as_csv:
            part = {"limit": size, "skip": skip} if limit else {}
            write_csv(listing.people(connection, query, order=order, backwards=backwards, **part), sys.stdout.buffer)
            return
        found, total = listing.page(connection, query, size=size, number=page, order=order, backwards=backwards)
    if as_json:
        documents = [person.as_document() for person in found]
        print_json({"total": total, "page": page, "limit": size, "people": documents})
    elif found:
        _print_table(found)
        more = f"; next page: --page {page + 1}" if skip + len(found) < total else ""
        note(f"{skip + 1:,} to {skip + len(found):,} of {total:,}{more}")
    elif total:
        note(f"The last page is {-(-total // size)}.")
    else:
        note("No matching subscribers. To import a list: newsletter subscribers import FILE.csv --consent WORDS")


def _print_table(people: list[Subscriber]) -> None:
    rows = [
        (one.email, f"{one.first_name} {one.last_name}".strip(), one.status.value, ", ".join(one.tags))
        for one in people
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[3]]).rstrip())
