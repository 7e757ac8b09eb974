"""A message: an issue rendered once, and how it becomes one person's mail."""

from newsletter.message.fields import Context, MergeField
from newsletter.message.filling import Filled, fill, fill_message, values_for, values_for_each
from newsletter.message.headers import is_mailbox, safe_header
from newsletter.message.merge import MergeTags, as_without_name, bind
from newsletter.message.mime import build_mime, list_headers, recipient_of
from newsletter.message.recipient import Recipient
from newsletter.message.value import UNSUBSCRIBE_PLACEHOLDER, Attachment, InlineImage, Message

__all__ = [
    "UNSUBSCRIBE_PLACEHOLDER",
    "Attachment",
    "Context",
    "Filled",
    "InlineImage",
    "MergeField",
    "MergeTags",
    "Message",
    "Recipient",
    "as_without_name",
    "bind",
    "build_mime",
    "fill",
    "fill_message",
    "is_mailbox",
    "list_headers",
    "recipient_of",
    "safe_header",
    "values_for",
    "values_for_each",
]
