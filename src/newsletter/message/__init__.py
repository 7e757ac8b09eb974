"""A message: an issue rendered once, and how it becomes one person's mail."""

from newsletter.message.merge import (
    Context,
    MergeField,
    MergeTags,
    bind,
    fill,
    values_for,
)
from newsletter.message.mime import build_mime
from newsletter.message.value import UNSUBSCRIBE_PLACEHOLDER, InlineImage, Message, Recipient

__all__ = [
    "UNSUBSCRIBE_PLACEHOLDER",
    "Context",
    "InlineImage",
    "MergeField",
    "MergeTags",
    "Message",
    "Recipient",
    "bind",
    "build_mime",
    "fill",
    "values_for",
]
