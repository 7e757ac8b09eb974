"""Rendering: from an issue to the one message that everybody gets."""

from newsletter.rendering.copies import message_files, with_pictures
from newsletter.rendering.hosting import hosted_picture, picture_path
from newsletter.rendering.pipeline import Rendered, render_issue

__all__ = ["Rendered", "hosted_picture", "message_files", "picture_path", "render_issue", "with_pictures"]
