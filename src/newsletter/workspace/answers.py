"""Settings as a person types and reads them, where a form or a prompt asks for one at a time."""

import dataclasses
import re
from datetime import timedelta

from newsletter.workspace.settings import Key, Settings

Value = str | bool | int | list[str]
"""A value as TOML writes it."""
YES, NO = "yes", "no"
_BETWEEN_ENTRIES = re.compile(r"[\n\r,;]")
_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("„", "“"), ("«", "»"))


def key_of(path: str) -> Key:
    """Return what is known of the setting at ``table.name``."""
    table, _, name = path.partition(".")
    section = next(field for field in dataclasses.fields(Settings) if field.name == table)
    assert isinstance(section.type, type)  # noqa: S101 - each table is a class
    key: Key = next(field for field in dataclasses.fields(section.type) if field.name == name).metadata["key"]
    return key


def answer(path: str, typed: str, *, exactly: bool = False) -> Value:
    """Return the value that somebody means who types this for a setting.

    Quotes around it are forgiven, and a web address without its https://, unless it is
    meant `exactly`; in a list, each address stands on its own line, or behind a comma or
    semicolon.

    Raises:
        ValueError: the setting does not allow it; the text says what is expected.
    """
    key = key_of(path)
    value = _meant(key, typed, exactly=exactly)
    key.parse(value)
    return value


def value_of(settings: Settings, path: str) -> object:
    """Return the value of the setting at ``table.name``."""
    table, _, name = path.partition(".")
    value: object = getattr(getattr(settings, table), name)
    return value


def shown(settings: Settings, path: str) -> str:
    """Return the text that `answer` takes for the value which a setting has."""
    match value_of(settings, path):
        case bool() as switch:
            return YES if switch else NO
        case timedelta() as span:
            return _span(span)
        case tuple() as several:
            return "\n".join(several)
        case value:
            return str(value)


def _meant(key: Key, typed: str, *, exactly: bool) -> Value:
    example = key.example
    if example in {"true", "false"}:
        return typed == YES
    if example.isdecimal():
        return int(typed) if typed.isdecimal() else typed
    if example.startswith("["):
        return [entry.strip() for entry in _BETWEEN_ENTRIES.split(typed) if entry.strip()]
    if exactly:
        return typed
    text = _unquoted(" ".join(typed.split()))
    is_address = example.startswith('"http') and text and "://" not in text
    return f"https://{text}" if is_address else text


def _unquoted(text: str) -> str:
    """Take one pair of quotes away that stands around all of a text, and is none of its own."""
    for before, after in _QUOTES:
        inner = text[1:-1]
        if len(text) > 1 and text[0] == before and text[-1] == after and before not in inner and after not in inner:
            return inner.strip()
    return text


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
