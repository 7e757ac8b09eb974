"""Showing the settings, and writing what was changed into `newsletter.toml`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.refusals import FREE_MAIL
from newsletter.errors import ChangedError, NewsletterError
from newsletter.rendering.theme import find_themes, open_theme
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room
from newsletter.web.desk.settings.questions import GROUPS, QUESTIONS, SHOWN, Kind
from newsletter.workspace import Workspace
from newsletter.workspace.answers import Value, answer, shown
from newsletter.workspace.document import SettingsDocument, read_document
from newsletter.workspace.workspace import SETTINGS_FILE

_PAGE = "/settings"
_VERSION = "version"
_LONGEST = 4_000  # characters: a hundred reviewers


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody typed, by the path of the setting, and why it could not be taken.

    Attributes:
        mistake: what is wrong with all of it together.
        mistakes: what is wrong with single answers.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    mistake: NewsletterError | None = None

    @property
    def are_fine(self) -> bool:
        """Whether nothing stands against them."""
        return not self.mistakes and self.mistake is None


class SettingsPage:
    """Shows the settings and changes them; whatever is not asked for stays in the file as it was."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._one_at_a_time = threading.Lock()

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route(_PAGE, self.ask, methods=["GET"]), self._room.change(_PAGE, self.save)]

    @property
    def _path(self) -> Path:
        return self._room.workspace.root / SETTINGS_FILE

    def ask(self, request: Request) -> Response:
        """Show the settings as the file says them now."""
        return self._show(request, Answers())

    def save(self, request: Request, form: FormData) -> Response:
        """Write what differs from the file, or say why nothing was written."""
        typed = {path: str(form.getlist(path)[-1]) for path in QUESTIONS if path in form}
        with self._one_at_a_time:
            before = read_document(self._path)
            if form.get(_VERSION) != before.version:
                hint = "Nothing was saved. What you typed still stands below: look at it, and save again."
                changed = ChangedError("the settings were changed elsewhere meanwhile", hint=hint)
                return self._show(request, Answers(typed, mistake=changed))
            values, mistakes = _read(typed, before)
            if mistakes:
                return self._show(request, Answers(typed, mistakes))
            try:
                after = self._write(before, values)
            except NewsletterError as mistake:
                return self._show(request, Answers(typed, mistake=mistake))
        return self._say(before, after, values)

    def _write(self, before: SettingsDocument, values: Mapping[str, Value]) -> SettingsDocument:
        """Write the file, unless the theme could not be set in what it would say."""
        after = before.with_values(values)
        if values:
            open_theme(Workspace(self._room.workspace.root, after.settings))
            after.write()
            self._room.proofs.refresh_settings()
        return after

    def _say(self, before: SettingsDocument, after: SettingsDocument, values: Mapping[str, Value]) -> Response:
        if not values:
            return self._room.pages.go_on(_PAGE, "Nothing was changed.")
        earlier = {path: shown(before.settings, path) for path in values}
        names = ", ".join(QUESTIONS[path].label for path in values)
        return self._room.pages.go_on(_PAGE, f"Saved: {names}.", Undo(_PAGE, earlier | {_VERSION: after.version}))

    def _show(self, request: Request, answers: Answers) -> Response:
        as_of = self._room.changes.count
        try:
            document = read_document(self._path)
        except NewsletterError as mistake:  # the file itself has to be mended first
            return self._room.pages.page(request, "settings.html", {"as_of": as_of, "version": ""}, mistake)
        paths = (*QUESTIONS, *SHOWN)
        values = {
            "as_of": as_of,
            "version": document.version,
            "groups": GROUPS,
            "kinds": Kind,
            "in_file": {path: shown(document.settings, path) for path in paths},
            "answers": answers,
            "themes": sorted(find_themes(self._room.workspace)),
            "shown": SHOWN,
            "is_placeholder": document.settings.clinic.has_placeholder_address,
        }
        status = 200 if answers.are_fine else 422
        return self._room.pages.page(request, "settings.html", values, answers.mistake, status)


def _read(typed: Mapping[str, str], before: SettingsDocument) -> tuple[dict[str, Value], dict[str, str]]:
    """Return the values that differ from those in the file, and what is wrong with the others."""
    values: dict[str, Value] = {}
    mistakes: dict[str, str] = {}
    for path, text in typed.items():
        if text.split() == shown(before.settings, path).split():  # browsers end lines in their own way
            continue
        try:
            _refuse_long(text)
            values[path] = answer(path, text)
            _refuse_free_mail(path, text)
        except ValueError as err:
            mistakes[path] = f"Expected {str(err).removesuffix('?')}{'?' if str(err).endswith('?') else '.'}"
    return values, mistakes


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST:
        expected = "something shorter"
        raise ValueError(expected)


def _refuse_free_mail(path: str, text: str) -> None:
    """An address that most inboxes refuse is no sender; `send` would refuse it much later."""
    domain = text.strip().rpartition("@")[2].lower()
    if path == "sender.from_email" and domain in FREE_MAIL:
        expected = (
            f"an address on the clinic’s own domain: nearly every inbox refuses a newsletter that comes from {domain}. "
            "Nobody has to read it: answers go to the address below"
        )
        raise ValueError(expected)
