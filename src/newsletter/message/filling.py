"""A message as one person reads it: every placeholder filled, each part in its own manner."""

import functools
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from newsletter.message.fields import TAGS, Context, MergeField, escaped, is_ordinary
from newsletter.message.recipient import Recipient
from newsletter.message.value import UNSUBSCRIBE_PLACEHOLDER, Message


@dataclass(frozen=True, slots=True)
class Filled:
    """What one person sees of a message."""

    subject: str
    html: str
    text: str


def fill_message(message: Message, reader: Recipient) -> Filled:
    """Return the message as `reader` gets it.

    The unsubscribe placeholder stays when the reader has no link yet: the provider makes it.
    """
    values = values_for(message, reader)
    link = reader.unsubscribe_url or UNSUBSCRIBE_PLACEHOLDER
    return Filled(
        subject=fill(message.subject, values),
        html=fill(message.html, values | {UNSUBSCRIBE_PLACEHOLDER: html.escape(link)}),
        text=fill(message.text, values | {UNSUBSCRIBE_PLACEHOLDER: link}),
    )


def values_for(message: Message, reader: Recipient) -> dict[str, str]:
    """Return what each of the message's placeholders becomes for `reader`.

    Only placeholders that the message really uses are in it, so that nothing about a
    person leaves the machine which the issue does not need.
    """
    return next(values_for_each(message, [reader]))


def values_for_each(message: Message, readers: Iterable[Recipient]) -> Iterator[dict[str, str]]:
    """Give `values_for` each of many readers; the message is looked into once."""
    fields = _places(message)
    for reader in readers:
        values: dict[str, str] = {}
        for field, places in fields:
            known = TAGS[field.tag](reader)
            values |= dict.fromkeys(places, known) if is_ordinary(known) else _escaped(field.plain(reader), places)
        yield values


def _escaped(plain: str, places: Mapping[str, Context]) -> dict[str, str]:
    return {placeholder: escaped(plain, context) for placeholder, context in places.items()}


@functools.lru_cache(maxsize=8)
def _places(message: Message) -> tuple[tuple[MergeField, Mapping[str, Context]], ...]:
    """Find where a message uses its fields: once for it, not once for each of a million readers."""
    parts = {Context.SUBJECT: message.subject, Context.HTML: message.html, Context.TEXT: message.text}
    return tuple(
        (
            field,
            {found: context for context, part in parts.items() if (found := field.placeholder(context)) in part},
        )
        for field in message.fields
    )


def fill(part: str, values: Mapping[str, str]) -> str:
    """Return `part` with every placeholder replaced, in one pass: values are never read again."""
    if not values:
        return part
    pattern = re.compile("|".join(re.escape(placeholder) for placeholder in values))
    return pattern.sub(lambda match: values[match[0]], part)
