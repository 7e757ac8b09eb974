"""`newsletter subscribers`: the list of people."""

import click

from newsletter.cli.commands import Command
from newsletter.cli.lazy import LazyGroup

_ROOM = "newsletter.cli.subscribers"

SUBSCRIBERS: dict[str, Command] = {
    "import": Command(f"{_ROOM}.importing", "import_file", "Bring in a list from a CSV or Excel file."),
    "add": Command(f"{_ROOM}.adding", "add", "Add one person."),
    "list": Command(f"{_ROOM}.listing", "list_people", "List the people, or those you look for."),
    "show": Command(f"{_ROOM}.showing", "show", "Show one person and their history."),
    "audit": Command(f"{_ROOM}.showing", "audit", "Print the evidence of one person's consent."),
    "edit": Command(f"{_ROOM}.editing", "edit", "Correct one person's names and language."),
    "tag": Command(f"{_ROOM}.tagging", "tag", "Give people a tag."),
    "untag": Command(f"{_ROOM}.tagging", "untag", "Take a tag from people."),
    "unsubscribe": Command(f"{_ROOM}.leaving", "unsubscribe", "Take somebody off the list."),
    "resubscribe": Command(f"{_ROOM}.leaving", "resubscribe", "Bring back somebody who asked to return."),
    "forget": Command(f"{_ROOM}.forgetting", "forget", "Erase a person for good."),
    "sync": Command(f"{_ROOM}.syncing", "sync", "Sync who unsubscribed, bounced or complained at SendGrid."),
    "export": Command(f"{_ROOM}.exporting", "export", "Write the list as a CSV file."),
}


@click.group(cls=LazyGroup, table=SUBSCRIBERS, short_help="Keep the list of people.")
def subscribers() -> None:
    """Keep the list of people: bring it in, look at it, and let people leave.

    Example: newsletter subscribers import people.csv --consent "Yes, send me the newsletter."
    """
