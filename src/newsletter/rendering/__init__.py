"""Rendering: from an issue to the one message that everybody gets."""

from newsletter.rendering.pipeline import Rendered, render_issue

__all__ = ["Rendered", "render_issue"]
