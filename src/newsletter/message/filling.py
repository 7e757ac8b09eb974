"""A message as one person reads it: every placeholder filled, each part in its own manner."""

import html
from dataclasses import dataclass

from newsletter.message.merge import fill, values_for
from newsletter.message.value import UNSUBSCRIBE_PLACEHOLDER, Message, Recipient


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
