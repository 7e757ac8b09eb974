"""Whether everything is in order: what the doctor says, for those who have no terminal."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.doctor import Level, Verdict, examine, unreadable
from newsletter.errors import NewsletterError
from newsletter.web.desk.room import Room, Views
from newsletter.web.desk.settings.questions import QUESTIONS, SHOWN

_PAGE = "/settings/order"
_SETTING = re.compile(r"\[(\w+)\] (\w+)")
_ABOUT_A_SEND = "send of "
_GRAVEST_FIRST = (Level.WRONG, Level.WARN, Level.NOTE, Level.OK)


@dataclass(frozen=True, slots=True)
class Matter:
    """A verdict in words that hold at the desk, with the page where it can be seen to.

    Attributes:
        needs_terminal: whether only whoever looks after the computer can do it.
    """

    level: Level
    about: str
    words: str
    hint: str
    address: str = ""
    place: str = ""
    needs_terminal: bool = False


def _at_the_desk(verdict: Verdict) -> Matter:
    """Name settings as the settings page does, and link to the page instead of a command."""

    def label(found: re.Match[str]) -> str:
        question = QUESTIONS.get(f"{found[1]}.{found[2]}")
        shown = SHOWN.get(f"{found[1]}.{found[2]}")
        return f"“{question.label}”" if question else f"“{shown}”" if shown else found[0]

    named = [f"{found[1]}.{found[2]}" for found in _SETTING.finditer(verdict.hint)]
    words, hint = _SETTING.sub(label, verdict.words), _SETTING.sub(label, verdict.hint)
    if verdict.about.startswith(_ABOUT_A_SEND) and verdict.hint:
        slug = verdict.about.removeprefix(_ABOUT_A_SEND)
        address = f"/issues/{quote(slug)}/send"
        return Matter(verdict.level, verdict.about, words, hint, address, "Go to this issue")
    asked = next((QUESTIONS[path] for path in named if path in QUESTIONS), None)
    if asked is not None:
        return Matter(verdict.level, verdict.about, words, hint, f"/settings#{asked.id}", "Change it in the settings")
    needs_terminal = bool(verdict.hint and (verdict.command or named))
    return Matter(verdict.level, verdict.about, words, hint, needs_terminal=needs_terminal)


views = Views()


@views.get(_PAGE)
def here(room: Room, request: Request) -> Response:
    """Show what can be seen on this computer."""
    return _show(room, request, offline=True)


@views.change(_PAGE)
def everywhere(room: Room, request: Request, _form: FormData) -> Response:
    """Ask SendGrid or the mail server, the domain's records and the public pages, too."""
    return _show(room, request, offline=False)


def _show(room: Room, request: Request, *, offline: bool) -> Response:
    verdicts = _verdicts(room, offline=offline)
    values = {
        "as_of": room.changes.count,
        "verdicts": sorted(map(_at_the_desk, verdicts), key=lambda matter: _GRAVEST_FIRST.index(matter.level)),
        "asked": not offline,
        "can_ask": _names_something_outside(room),
    }
    return room.pages.page(request, "order.html", values)


def _names_something_outside(room: Room) -> bool:
    settings = room.workspace.settings
    return settings.delivery.transport != "outbox" or bool(settings.web.public_url)


def _verdicts(room: Room, *, offline: bool) -> list[Verdict]:
    trouble = room.proofs.refresh_settings()
    if trouble is not None:
        return [unreadable(trouble)]
    try:
        verdicts = list(examine(room.workspace, offline=offline))
    except NewsletterError as err:
        return [unreadable(err)]
    return [verdict for verdict in verdicts if verdict.about != "network"]  # the page has a button for it
