"""The history of a file: its earlier versions, what differs, and the way back."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from newsletter.formatting import say_day, say_time
from newsletter.issues.editing import read_text, restore_version, text_files
from newsletter.issues.history import History, Reason, Version
from newsletter.issues.load import ISSUE_FILE
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room, Views
from newsletter.web.desk.writing.differences import compare
from newsletter.web.desk.writing.fields import titles_of

_WORDS = {
    Reason.SAVED: "Saved here",
    Reason.FOUND: "Found in the file",
    Reason.REPLACED: "Before it was replaced",
    Reason.ASIDE: "Set aside when two changes met",
}


views = Views()


@views.get("/issues/{slug}/history")
def history(room: Room, request: Request) -> Response:
    """List the versions of a file, and show what would change if one of them came back."""
    slug, name = request.path_params["slug"], request.query_params.get("file", ISSUE_FILE)
    files = text_files(room.workspace, slug)
    if name not in files:
        return room.pages.missing(request, "This issue has no such file.")
    history = History(room.workspace.issues_dir / slug, name)
    versions = history.versions()
    now = read_text(files[name])
    chosen = _chosen(versions, request.query_params.get("version", ""))
    values = {
        "slug": slug,
        "name": name,
        "title": titles_of(room.proofs.read(slug).issue, [name])[name],
        "rows": [(each, _said(room, each), each == chosen) for each in versions],
        "chosen": chosen,
        "chosen_said": _said(room, chosen) if chosen else None,
        "differences": compare(now, history.read(chosen.name)) if chosen else (),
    }
    return room.pages.page(request, "writing/history.html", values)


@views.change("/issues/{slug}/history")
def restore(room: Room, request: Request, form: FormData) -> Response:
    """Put a version back, and offer the one that it replaced."""
    slug, name, version = request.path_params["slug"], str(form.get("file", "")), str(form.get("version", ""))
    replaced = restore_version(room.workspace, slug, name, version, datetime.now(tz=UTC))
    undo = Undo(f"/issues/{slug}/history", {"file": name, "version": replaced.name})
    address = f"/issues/{slug}/write?{urlencode({'file': name})}"
    return room.pages.go_on(address, "The earlier version is back in the file.", undo)


def _said(room: Room, version: Version) -> tuple[str, str, str]:
    """Return day, time and reason of a version, in the clinic's zone."""
    local = version.moment.astimezone(room.workspace.settings.clinic.timezone)
    return f"{local:%a}, {say_day(local)}", say_time(local), _WORDS[version.reason]


def _chosen(versions: tuple[Version, ...], name: str) -> Version | None:
    """Return the version that is asked for, or the one before the newest, which the file mostly has."""
    return next((each for each in versions if each.name == name), next(iter(versions[1:]), None))
