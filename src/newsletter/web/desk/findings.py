"""What the checks say of an issue, as the desk shows it, and what can be done about it there."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.checks import Finding, ask_for_links
from newsletter.checks.fix import Fix, SetKey
from newsletter.checks.registry import ONLINE, RULES
from newsletter.errors import IssueError
from newsletter.formatting import counted
from newsletter.issues.load import load_issue
from newsletter.issues.waivers import take_waiver_back, waive_check
from newsletter.services.fixing import fix_findings
from newsletter.web.desk.look import Look
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.room import Room
from newsletter.workspace.workspace import SETTINGS_FILE

_LINE = re.compile(r"(?P<file>.+):(?P<line>\d+)")
_ABOUT = {rule.id: rule.about for rule in (*RULES, *ONLINE)}

# --- As the pages show them ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a check speaks about.

    Attributes:
        where: the place as the check calls it; `nth` tells several at the same place apart.
        page: where it is fixed, if anywhere.
        fix: what its button does.
    """

    meaning: str
    remedy: str
    place: str
    where: str
    nth: int = 0
    file: str = ""
    page: str = ""
    fix: Fix | None = None

    @property
    def ask(self) -> str:
        """What a person has to say before it can be fixed."""
        return self.fix.ask if isinstance(self.fix, SetKey) else ""


@dataclass(frozen=True, slots=True)
class Matter:
    """All that one check says of an issue."""

    id: str
    severity: str
    about: str
    waived: str
    spots: tuple[Spot, ...]

    @property
    def remedy(self) -> str:
        """What to do, if that is the same for all places."""
        remedies = {spot.remedy for spot in self.spots}
        return remedies.pop() if len(remedies) == 1 else ""

    @property
    def fixable(self) -> int:
        """How many places can be fixed without a question."""
        return sum(1 for spot in self.spots if spot.fix and not spot.ask)


def gather(findings: Iterable[Finding], slug: str, files: Collection[str]) -> list[Matter]:
    """Return findings gathered by check, in their order; `files` are the issue's own."""
    return [_matter(list(found), slug, files) for _, found in groupby(findings, attrgetter("id"))]


def by_line(findings: Iterable[Finding], file: str) -> dict[int, list[Finding]]:
    """Return the findings about one file by the number of their line, but for those that were waived."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        match = _LINE.fullmatch(finding.where)
        if match and match["file"] == file and not finding.waived:
            found.setdefault(int(match["line"]), []).append(finding)
    return found


def _matter(found: list[Finding], slug: str, files: Collection[str]) -> Matter:
    first, seen = found[0], list[str]()
    spots = []
    for finding in found:
        spots.append(_spot(finding, slug, files, seen.count(finding.where)))
        seen += [finding.where] if finding.fix else []
    return Matter(first.id, first.severity, _ABOUT.get(first.id, first.meaning), first.waived, tuple(spots))


def _spot(finding: Finding, slug: str, files: Collection[str], nth: int) -> Spot:
    match = _LINE.fullmatch(finding.where)
    said = finding.meaning, finding.remedy
    if match is None or match["file"] not in files:
        if finding.where.partition(":")[0] == SETTINGS_FILE:
            return Spot(*said, "Settings", finding.where, file=finding.where, page="/settings")
        return Spot(*said, finding.where, finding.where)
    field = {"field": finding.field} if finding.field else {}
    query = urlencode({"file": match["file"].removeprefix(f"newsletters/{slug}/"), "line": match["line"]} | field)
    file, page = match["file"].rpartition("/")[2], f"/issues/{slug}/write?{query}"
    return Spot(*said, f"Line {match['line']}", finding.where, nth, file, page, finding.fix)


# --- What can be done about them ----------------------------------------------------------


def finding_routes(room: Room) -> list[Route]:
    """Return the routes of the forms beside the findings: each change can be undone by another."""

    def change(path: str, act: Callable[[str, FormData], tuple[str, Undo | None]]) -> Route:
        def answer(request: Request, form: FormData) -> Response:
            slug: str = request.path_params["slug"]
            said, undo = act(slug, form)
            return room.pages.go_on(_back(slug, form), said, undo)

        return room.change(path, answer)

    def waive(slug: str, form: FormData) -> tuple[str, Undo]:
        check = _check(form)
        before = load_issue(room.workspace, slug).waivers.get(check)
        reason = waive_check(room.workspace, slug, check, _text(form, "reason"), datetime.now(tz=UTC))
        return f"{check} is ignored, because: {reason}", _undo(form, slug, check, before)

    def take_back(slug: str, form: FormData) -> tuple[str, Undo]:
        check = _check(form)
        reason = take_waiver_back(room.workspace, slug, check, datetime.now(tz=UTC))
        return f"{check} is no longer ignored.", _undo(form, slug, check, reason)

    def fix(slug: str, form: FormData) -> tuple[str, Undo | None]:
        where, answer, nth = (_text(form, name) for name in ("where", "answer", "nth"))
        number = int(nth) if nth.isdecimal() and len(nth) < 4 else 0
        now = datetime.now(tz=UTC)
        done = fix_findings(room.workspace, slug, _check(form), now, where=where, nth=number, answer=answer)
        said = f"Fixed in {counted(done.number, 'place', 'places')}."
        if len(done.before) != 1:
            return f"{said} The history of each text keeps what it said before.", None
        file, version = next(iter(done.before.items()))
        return said, Undo(f"/issues/{slug}/history", {"file": file, "version": version})

    def check_links(slug: str, _form: FormData) -> tuple[str, None]:
        if slug not in room.proofs.slugs():
            raise IssueError("there is no such issue", hint="Go back to the list of issues.")
        proof = room.proofs.render(slug)
        if proof.mistake or proof.issue is None or proof.message is None:
            raise proof.mistake or IssueError("the issue cannot be read")
        answers = ask_for_links(room.workspace, proof.issue, proof.message)
        room.proofs.note_answers(answers)
        if not answers:
            return "There are no links to check.", None
        dead = sum(1 for trouble in answers.values() if trouble)
        said = counted(dead, "dead link was", "dead links were") if dead else "No dead link was"
        return f"{counted(len(answers), 'link was', 'links were')} opened. {said} found.", None

    return [
        change("/issues/{slug}/waive", waive),
        change("/issues/{slug}/unwaive", take_back),
        change("/issues/{slug}/fix", fix),
        change("/issues/{slug}/links", check_links),
    ]


def _undo(form: FormData, slug: str, check: str, reason: str | None) -> Undo:
    """Return the button that makes the waiver what it was: none, or one with its reason."""
    fields = {"check": check} | {name: _text(form, name) for name in ("look", "file") if name in form}
    if reason is None:
        return Undo(f"/issues/{slug}/unwaive", fields)
    return Undo(f"/issues/{slug}/waive", fields | {"reason": reason})


def _check(form: FormData) -> str:
    check = _text(form, "check")
    if check not in _ABOUT:
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
