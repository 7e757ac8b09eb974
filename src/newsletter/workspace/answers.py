"""Settings as a person types and reads them, where a form or a prompt asks for one at a time."""

import dataclasses
from datetime import timedelta

from newsletter.workspace.settings import Key, Settings

Value = str | bool | int | list[str]
"""A value as TOML writes it."""
YES, NO = "yes", "no"


def key_of(path: str) -> Key:
    """Return what is known of the setting at ``table.name``."""
    table, _, name = path.partition(".")
    section = next(field for field in dataclasses.fields(Settings) if field.name == table)
    assert isinstance(section.type, type)  # noqa: S101 - each table is a class
    key: Key = next(field for field in dataclasses.fields(section.type) if field.name == name).metadata["key"]
    return key


def answer(path: str, typed: str) -> Value:
    """Return the value that somebody means who types this for a setting.

    Quotes around it are forgiven, and a web address without its https://; in a list, each
    address stands on its own line or behind a comma.

    Raises:
        ValueError: the setting does not allow it; the text says what is expected.
    """
    key = key_of(path)
    value = _meant(key, " ".join(typed.split()) if not key.example.startswith("[") else typed)
    key.parse(value)
    return value


def shown(settings: Settings, path: str) -> str:
    """Return the text that `answer` takes for the value which a setting has."""
    table, _, name = path.partition(".")
    match getattr(getattr(settings, table), name):
        case bool() as switch:
            return YES if switch else NO
        case timedelta() as span:
            return _span(span)
        case tuple() as several:
            return "\n".join(several)
        case value:
            return str(value)


def _meant(key: Key, typed: str) -> Value:
    example = key.example
    if example in {"true", "false"}:
        return typed == YES
    if example.isdecimal():
        return int(typed) if typed.isdecimal() else typed
    if example.startswith("["):
        return [entry.strip() for line in typed.splitlines() for entry in line.split(",") if entry.strip()]
    text = typed.strip().strip("\"'“”").strip()
    is_address = example.startswith('"http') and text and "://" not in text
    return f"https://{text}" if is_address else text


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
