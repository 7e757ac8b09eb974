"""Setting a finding aside with a reason, and letting it speak again."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.checks.registry import ONLINE, RULES
from newsletter.errors import IssueError
from newsletter.issues.load import load_issue
from newsletter.issues.waivers import take_waiver_back, waive_check
from newsletter.web.desk.look import Look
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room

_CHECKS = frozenset(rule.id for rule in (*RULES, *ONLINE))


class Waiving:
    """Answers the two forms beside a finding; each change can be undone by the other."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            self._room.change("/issues/{slug}/waive", self.waive),
            self._room.change("/issues/{slug}/unwaive", self.take_back),
        ]

    def waive(self, request: Request, form: FormData) -> Response:
        """Set a check aside because of what was typed."""
        slug, check = request.path_params["slug"], _check(form)
        before = load_issue(self._room.workspace, slug).waivers.get(check)
        reason = waive_check(self._room.workspace, slug, check, _text(form, "reason"), datetime.now(tz=UTC))
        undo = self._undo(form, slug, check, before)
        return self._room.pages.go_on(_back(slug, form), f"{check} is ignored, because: {reason}", undo)

    def take_back(self, request: Request, form: FormData) -> Response:
        """Let a check speak again."""
        slug, check = request.path_params["slug"], _check(form)
        reason = take_waiver_back(self._room.workspace, slug, check, datetime.now(tz=UTC))
        undo = self._undo(form, slug, check, reason)
        return self._room.pages.go_on(_back(slug, form), f"{check} is no longer ignored.", undo)

    def _undo(self, form: FormData, slug: str, check: str, reason: str | None) -> Undo:
        """Return the button that makes the waiver what it was: none, or one with its reason."""
        fields = {"check": check} | {name: _text(form, name) for name in ("look", "file") if name in form}
        if reason is None:
            return Undo(f"/issues/{slug}/unwaive", fields)
        return Undo(f"/issues/{slug}/waive", fields | {"reason": reason})


def _check(form: FormData) -> str:
    check = _text(form, "check")
    if check not in _CHECKS:
        raise IssueError("there is no such check", hint="Reload the page, and choose one of its findings.")
    return check


def _back(slug: str, form: FormData) -> str:
    """Return the page that the person was at: the file's, where they write, or the issue's as they looked at it."""
    if "file" in form:
        return f"/issues/{slug}/write?{urlencode({'file': _text(form, 'file')})}"
    return f"/issues/{slug}{Look.from_query(QueryParams(_text(form, 'look').lstrip('?'))).query()}"


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
