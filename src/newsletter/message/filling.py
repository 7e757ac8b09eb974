"""A message as one person reads it: every placeholder filled, each part in its own manner."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.message.fields import Context
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
    parts = {Context.SUBJECT: message.subject, Context.HTML: message.html, Context.TEXT: message.text}
    return {
        placeholder: field.value(reader, context)
        for field in message.fields
        for context, part in parts.items()
        if (placeholder := field.placeholder(context)) in part
    }


def fill(part: str, values: Mapping[str, str]) -> str:
    """Return `part` with every placeholder replaced, in one pass: values are never read again."""
    if not values:
        return part
    pattern = re.compile("|".join(re.escape(placeholder) for placeholder in values))
    return pattern.sub(lambda match: values[match[0]], part)
