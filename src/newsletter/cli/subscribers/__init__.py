"""`newsletter subscribers`: the subscriber list."""

import click

from newsletter.cli.commands import Command
from newsletter.cli.lazy import LazyGroup

_ROOM = "newsletter.cli.subscribers"

SUBSCRIBERS: dict[str, Command] = {
    "import": Command(f"{_ROOM}.importing", "import_file", "Import a list from a CSV or Excel file."),
    "add": Command(f"{_ROOM}.adding", "add", "Add a subscriber."),
    "ask": Command(f"{_ROOM}.asking", "ask", "Ask pending subscribers to confirm."),
    "list": Command(f"{_ROOM}.listing", "list_people", "List or search subscribers."),
    "show": Command(f"{_ROOM}.showing", "show", "Show a subscriber and their history."),
    "audit": Command(f"{_ROOM}.showing", "audit", "Print a subscriber's consent record."),
    "edit": Command(f"{_ROOM}.editing", "edit", "Correct a subscriber's name, language or address."),
    "tag": Command(f"{_ROOM}.tagging", "tag", "Add a tag to subscribers."),
    "untag": Command(f"{_ROOM}.tagging", "untag", "Remove a tag from subscribers."),
    "unsubscribe": Command(f"{_ROOM}.leaving", "unsubscribe", "Unsubscribe one or several."),
    "mark-bounced": Command(f"{_ROOM}.leaving", "mark_bounced", "Mark addresses as bounced."),
    "resubscribe": Command(f"{_ROOM}.leaving", "resubscribe", "Resubscribe somebody who asked to come back."),
    "forget": Command(f"{_ROOM}.forgetting", "forget", "Erase a subscriber permanently."),
    "sync": Command(f"{_ROOM}.syncing", "sync", "Sync unsubscribes, bounces and complaints from SendGrid."),
    "export": Command(f"{_ROOM}.exporting", "export", "Export the list as a CSV file."),
}


@click.group(cls=LazyGroup, table=SUBSCRIBERS, short_help="Manage the subscriber list.")
def subscribers() -> None:
    """Manage the subscriber list: import, search, tag, unsubscribe, export.

    Example: newsletter subscribers import people.csv --consent "Yes, send me the newsletter."
    """
