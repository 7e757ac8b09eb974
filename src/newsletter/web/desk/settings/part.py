"""Showing the settings, and writing what was changed into `newsletter.toml`."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from newsletter.errors import ChangedError, NewsletterError
from newsletter.files import is_inside
from newsletter.issues.pictures import add_logo
from newsletter.rendering.page import place_logo
from newsletter.rendering.pictures import Pictures
from newsletter.rendering.theme import THEME_PICTURE, about_theme, find_themes, open_theme
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room
from newsletter.web.desk.settings.changes import SEEN, UNDO, Changes, read_changes
from newsletter.web.desk.settings.questions import GROUPS, QUESTIONS, SHOWN, Kind
from newsletter.workspace import Settings, Workspace
from newsletter.workspace.answers import shown
from newsletter.workspace.document import SettingsDocument, read_document
from newsletter.workspace.workspace import SETTINGS_FILE

_PAGE = "/settings"
_LOOK = "theme."
_LOGO = "theme.logo"
_A_LOGO = 20_000_000  # bytes
_LOGO_SHOWN = 72  # pixels: its height on the page


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme as one chooses it: by its picture, where it has one, and what it says of itself."""

    name: str
    about: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody typed, by the path of the setting, and why it could not be taken.

    Attributes:
        mistakes: what is wrong with single answers.
        mistake: what is wrong with the file.
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
        return [
            Route(_PAGE, self.ask, methods=["GET"]),
            self._room.change(_PAGE, self.save, most_bytes=_A_LOGO),
            Route(f"{_PAGE}/themes/{{name}}.png", self.theme_picture),
            Route(f"{_PAGE}/logo", self.logo),
        ]

    @property
    def _path(self) -> Path:
        return self._room.workspace.root / SETTINGS_FILE

    def ask(self, request: Request) -> Response:
        """Show the settings as the file says them now."""
        return self._show(request, Answers())

    def save(self, request: Request, form: FormData) -> Response:
        """Write what differs from what the page showed, or say why nothing was written."""
        typed = {path: str(form.getlist(path)[-1]) for path in QUESTIONS if path in form}
        logo = form.get(f"{_LOGO}.file")
        if isinstance(logo, UploadFile) and logo.filename:
            try:
                typed[_LOGO] = add_logo(self._room.workspace, logo.file.read(), logo.filename)
            except NewsletterError as mistake:
                return self._show(request, Answers(typed, {_LOGO: _sentence(mistake)}))
        try:
            with self._one_at_a_time:
                before = read_document(self._path)
                changes = read_changes(form, typed, before.settings)
                mistakes = changes.mistakes or self._mistakes_in_look(before, changes)
                if not mistakes:
                    return self._write(before, changes)
        except NewsletterError as mistake:
            return self._show(request, Answers(typed, mistake=mistake))
        if UNDO in form:  # nobody typed what would be shown as typed
            hint = "Nothing was undone: the page shows it as it is now."
            raise ChangedError("this was changed once more since", hint=hint)
        return self._show(request, Answers(typed, mistakes))

    def _mistakes_in_look(self, before: SettingsDocument, changes: Changes) -> Mapping[str, str]:
        """Say why no issue could be set in a look, at the answer that wished for it."""
        wished = [path for path in changes.values if path.startswith(_LOOK)]
        if not wished:
            return {}
        try:
            open_theme(Workspace(self._room.workspace.root, before.with_values(changes.values).settings))
        except NewsletterError as mistake:
            return {wished[0]: _sentence(mistake)}
        return {}

    def theme_picture(self, request: Request) -> Response:
        """Show what a theme looks like, if its folder has a picture of that."""
        folder = find_themes(self._room.workspace).get(request.path_params["name"])
        path = folder / THEME_PICTURE if folder else None
        if path is None or not path.is_file() or not is_inside(path, path.parents[1]):
            return Response("There is no such picture.", 404, media_type="text/plain")
        return FileResponse(path, media_type="image/png")

    def logo(self, _request: Request) -> Response:
        """Show the logo as mails have it."""
        workspace = self._room.workspace
        pictures = Pictures(workspace.root, widest=open_theme(workspace).text_width)
        place_logo(workspace, pictures, _LOGO_SHOWN)
        if not pictures.embedded:
            return Response("There is no logo.", 404, media_type="text/plain")
        [image] = pictures.embedded
        return Response(image.data, media_type=image.media_type)

    def _write(self, before: SettingsDocument, changes: Changes) -> Response:
        if not changes.values:
            return self._room.pages.go_on(_PAGE, "Nothing was changed.")
        after = before.with_values(changes.values)
        after.write()
        self._room.proofs.refresh_settings()
        back = {UNDO: "yes"}
        for path in changes.values:
            back |= {path: shown(before.settings, path), f"{SEEN}{path}": shown(after.settings, path)}
        names = ", ".join(QUESTIONS[path].label for path in changes.values)
        return self._room.pages.go_on(_PAGE, f"Saved: {names}.", Undo(_PAGE, back))

    def _show(self, request: Request, answers: Answers) -> Response:
        as_of = self._room.changes.count
        settings, trouble = self._settings()
        values = {
            "as_of": as_of,
            "groups": GROUPS,
            "kinds": Kind,
            "in_file": {path: shown(settings, path) for path in (*QUESTIONS, *SHOWN)},
            "seen": SEEN,
            "answers": answers,
            "themes": [*self._themes()],
            "shown": SHOWN,
            "is_placeholder": settings.clinic.has_placeholder_address,
        }
        status = 200 if answers.are_fine else 422
        return self._room.pages.page(request, "settings.html", values, answers.mistake or trouble, status)

    def _themes(self) -> Iterator[ThemeCard]:
        for name, folder in sorted(find_themes(self._room.workspace).items()):
            try:
                about = about_theme(folder)
            except NewsletterError as mistake:  # it is chosen no less; an issue then says what is wrong
                about = _sentence(mistake)
            yield ThemeCard(name, about, (folder / THEME_PICTURE).is_file())

    def _settings(self) -> tuple[Settings, NewsletterError | None]:
        """Return what the file says, or what it said when it last could be read, and what is wrong with it."""
        try:
            return read_document(self._path).settings, None
        except NewsletterError as mistake:
            return self._room.workspace.settings, mistake


def _sentence(mistake: NewsletterError) -> str:
    return f"{mistake.what[:1].upper()}{mistake.what[1:]}. {mistake.hint}"
