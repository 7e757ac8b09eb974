"""Comments that only Word reads: MJML writes a second skeleton of tables into them.

https://learn.microsoft.com/previous-versions/windows/internet-explorer/ie-developer/compatibility/ms537512(v=vs.85)
"""

import re

_WORD_VERSION = 16
_HIDDEN = re.compile(r"<!--\[if ([^\]]+)\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_SHOWN = re.compile(r"<!--\[if ([^\]]+)\]><!--\s*(?:-->|>)(.*?)<!--\s*<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_TERM = re.compile(r"(!?)\s*(?:(lt|lte|gt|gte)\s+)?(mso|ie|vml|true|false)(?:\s+(\d+))?", re.IGNORECASE)
_ISLAND = re.compile(r"<xml\b.*?</xml>|</?noscript\b[^>]*>", re.DOTALL | re.IGNORECASE)


def as_word_reads(html: str) -> str:
    """Return `html` with what is meant for Word taken in, and what is hidden from it taken out."""
    html = _SHOWN.sub(lambda found: found[2] if _holds(found[1]) else "", html)
    html = _HIDDEN.sub(lambda found: found[2] if _holds(found[1]) else "", html)
    return _ISLAND.sub("", html)


def _holds(condition: str) -> bool:
    """Whether a condition such as ``mso | IE`` or ``gte mso 9`` is true in Word; parentheses are passed over."""
    return any(all(map(_is_true, part.split("&"))) for part in condition.replace("(", "").replace(")", "").split("|"))


def _is_true(text: str) -> bool:
    term = _TERM.fullmatch(text.strip())
    if term is None:
        return False
    negated, comparison, name, version = term[1], term[2], term[3].lower(), term[4]
    truth = name in {"mso", "vml", "true"} and (name != "mso" or _compares(comparison, version))
    return truth is not bool(negated)


def _compares(comparison: str | None, version: str | None) -> bool:
    if version is None:
        return True
    number = int(version)
    known = {
        None: number == _WORD_VERSION,
        "lt": number > _WORD_VERSION,
        "lte": number >= _WORD_VERSION,
        "gt": number < _WORD_VERSION,
        "gte": number <= _WORD_VERSION,
    }
    return known[comparison.lower() if comparison else None]
