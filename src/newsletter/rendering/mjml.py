"""From MJML to HTML."""

import re
from pathlib import Path

from mjml import mjml2html

from newsletter.errors import ThemeError

_POSITION = re.compile(r"at position (\d+)")
_TD_ATTRIBUTE = re.compile(r"(<td\b[^>]*?) vertical-align=\"[^\"]*\"")


def to_html(mjml: str, layout: Path) -> str:
    """Return the HTML of `mjml`; no font is loaded from anywhere.

    Raises:
        ThemeError: the engine cannot read it. Its own words are few and count bytes, so
            the error shows the text around the place and names the theme's layout.
    """
    try:
        html: str = mjml2html(mjml, disable_comments=True, fonts={})
    except ValueError as err:
        hint = f"Near: {_nearby(mjml, str(err))}" if _POSITION.search(str(err)) else "Look for a tag without its end."
        raise ThemeError(f"the theme makes MJML that cannot be read ({err})", where=layout, hint=hint) from err
    return _TD_ATTRIBUTE.sub(r"\1", html.replace("<!doctype html>", "<!DOCTYPE html>", 1))


def _nearby(mjml: str, message: str) -> str:
    """Return the text around a place that the engine told in bytes."""
    match = _POSITION.search(message)
    position = int(match[1]) if match else 0
    before = mjml.encode()[max(position - 60, 0) : position + 60]
    return " ".join(before.decode("utf-8", "ignore").split())
