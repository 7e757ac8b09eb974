"""Reading what a person chose on the page of an import."""

from starlette.datastructures import FormData

from newsletter.subscribers.importer.columns import SINGLE, Columns
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.tags import split_tags
from newsletter.web.desk.people.jobs import Choices

FIELDS: dict[str, str] = {
    Field.EMAIL: "Email address",
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.NAME: "Whole name",
    Field.LANGUAGE: "Language",
    Field.TAGS: "Tags",
    Field.STATUS: "Subscribed or left",
    Field.AGREED: "Wants the newsletter: yes or no",
    Field.LEFT: "Has left: yes or no",
    Field.OPTED_IN: "When they agreed",
    Field.IGNORE: "Not stored",
}
"""What a menu offers for a column, in words."""

EVERYBODY: dict[str, str] = {
    "": "are what the file says of them",
    "subscribed": "asked for the newsletter",
    "unsubscribed": "have left: never mail them",
    "bounced": "have mailboxes that do not exist: never mail them",
    "complained": "have complained: never mail them",
}
"""What a menu offers for the people in a file."""

MEANINGS: dict[str, str] = {
    "subscribed": "wants the newsletter",
    "never": "never agreed: not added",
    "unsubscribed": "has left: never mail them",
    "bounced": "has a mailbox that does not exist: never mail it",
    "complained": "has complained: never mail them",
}
"""What a menu offers for a word in the file that is not understood."""

_LONGEST = 2_000


def read_choices(form: FormData, recognised: Columns, shown: Columns) -> Choices:
    """Return what a form says; of the columns only what differs from what was recognised.

    What only one column can be, it is by the latest choice: `shown` tells what was chosen before.
    """
    everybody = text(form, "everybody")
    return Choices(
        columns=_columns(form, recognised, shown),
        everybody=everybody if everybody in EVERYBODY else "",
        means=_means(form),
        wording=" ".join(text(form, "wording").split()),
        source=" ".join(text(form, "source").split()),
        tags=split_tags(text(form, "tags")),
        kept_tags=tuple(tag for tag in form.getlist("keep-tag") if isinstance(tag, str)),
        update="update" in form,
        pending="pending" in form,
        anyway="anyway" in form,
    )


def _means(form: FormData) -> dict[str, str]:
    pairs = (choice[:_LONGEST].rpartition("=") for choice in form.getlist("means") if isinstance(choice, str))
    return {word: meaning for word, _, meaning in pairs if word and meaning in MEANINGS}


def _columns(form: FormData, recognised: Columns, shown: Columns) -> dict[int, str]:
    numbers = range(1, len(recognised.fields) + 1)
    said = {number: text(form, f"column-{number}") for number in numbers}
    said = {
        number: name
        for number, name in said.items()
        if name in FIELDS and recognised.fields[number - 1] is not Field.CLINICAL
    }
    chosen = {number: name for number, name in said.items() if name != recognised.fields[number - 1]}
    latest = {
        number: name
        for number, name in said.items()
        if name != shown.fields[number - 1] and name in (*SINGLE, Field.EMAIL)
    }
    taken = {name for name in latest.values() if name in SINGLE}
    return {number: name for number, name in chosen.items() if name not in taken} | latest


def text(form: FormData, name: str) -> str:
    """Return a field's text; nothing for a file in its place."""
    found = form.get(name)
    return found[:_LONGEST].strip() if isinstance(found, str) else ""
