"""What a form changes about the settings, and why some of it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.datastructures import FormData

from newsletter.campaigns.freezing import FARTHEST_HOLD
from newsletter.campaigns.holds import LEAST_HOLD
from newsletter.campaigns.proposal import why_no_sender
from newsletter.workspace import Settings
from newsletter.workspace.answers import Value, answer, key_of, shown, value_of

SEEN = "seen:"
"""Before the name of a field: what the page said of it when somebody began to type."""
UNDO = "undo"
_LONGEST = 4_000  # characters: a hundred reviewers
_LONGEST_COUNTDOWN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Changes:
    """Values as TOML takes them, and what is wrong with others; both by the path of the setting."""

    values: Mapping[str, Value] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


def read_changes(form: FormData, typed: Mapping[str, str], now: Settings) -> Changes:
    """Return what somebody changed.

    A field counts if it differs from what the page showed, so that a page which is older than
    the file brings nothing back. Where the file has changed at the same place, it is a mistake:
    the person has not seen yet what they would write over.
    """
    values: dict[str, Value] = {}
    mistakes: dict[str, str] = {}
    for path, text in typed.items():
        in_file = shown(now, path)
        seen = str(form.get(f"{SEEN}{path}", in_file))
        if _plain(text) in {_plain(seen), _plain(in_file)}:
            continue
        if _plain(seen) != _plain(in_file):
            mistakes[path] = _changed(in_file)
            continue
        try:
            value = _checked(path, text, is_undo=UNDO in form)
        except ValueError as err:
            mistakes[path] = str(err)
        else:
            if key_of(path).parse(value) != value_of(now, path):
                values[path] = value
    return Changes(values, mistakes)


def _plain(text: str) -> str:
    """Browsers end lines in their own way, and trim what an address is typed into."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _changed(in_file: str) -> str:
    words = ", ".join(in_file.splitlines()) or "nothing"
    return f"This was changed elsewhere meanwhile, to: {words}. Save again to put yours in its place."


def _checked(path: str, text: str, *, is_undo: bool) -> Value:
    """Return the value that somebody means; what stood in the file before may stand there again.

    Raises:
        ValueError: it cannot be; the text says why.
    """
    if len(text) > _LONGEST:
        too_long = "This is too long."
        raise ValueError(too_long)
    try:
        value = answer(path, text, exactly=is_undo)
    except ValueError as err:
        question = str(err).endswith("?")
        raise ValueError(f"Expected {err}{'' if question else '.'}") from err
    if not is_undo:
        _refuse_unwise(path, value)
    return value


def _refuse_unwise(path: str, value: Value) -> None:
    """What the settings allow, and what would keep an issue from being sent much later."""
    why = why_no_sender(str(value)) if path == "sender.from_email" else ""
    if path == "delivery.undo_window" and not LEAST_HOLD <= key_of(path).parse(value) <= FARTHEST_HOLD:
        why = "SendGrid wants something from 15m to 72h."
    if path == "delivery.countdown" and key_of(path).parse(value) > _LONGEST_COUNTDOWN:
        why = "The desk waits for an hour (1h) at most. To send later, choose a date and time when you send."
    if why:
        raise ValueError(why)
