"""An issue beside another one: the last that was sent, any other, or itself as it was earlier."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.overview import Standing, has_database, issue_standings
from newsletter.campaigns.records import find_campaign, issue_of
from newsletter.checks import Finding, check_issue
from newsletter.checks.mail import parse_mail
from newsletter.errors import NewsletterError
from newsletter.formatting import counted, say_day, say_moment
from newsletter.issues.earlier import Moment, moments, texts_at
from newsletter.message import Message
from newsletter.rendering.textpart import unwrapped
from newsletter.web.desk.frame import filled, mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.readers import Readers
from newsletter.web.desk.room import Room
from newsletter.web.desk.writing.differences import compare

_STAMP = "%Y%m%dT%H%M%S%fZ"
_MOST_MOMENTS = 20
_HELD_BACK = frozenset({"scheduled", "held", "cancelling", "cancelled"})
"""Campaigns that readers know nothing of, or not for certain."""
_BLOCK = re.compile(r"<(?:p|h[1-6]|li|tr|hr|br)\b", re.IGNORECASE)
_HEIGHT = re.compile(r'<img\b[^>]*\bheight="(\d{1,4})"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that an issue can be compared with; `value` is what the address calls it."""

    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two mails.

    Attributes:
        findings: how many of each weight; None where the texts that it was made of are gone.
        tall: about how tall it is on a phone, rather too much than too little.
    """

    message: Message
    subject: str
    preheader: str
    text: str
    kilobytes: float
    words: int
    findings: str | None
    tall: int


class Comparing:
    """Answers how an issue differs from another one."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._proofs = room.proofs
        self._readers = Readers(room)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        path = "/issues/{slug}/compare"
        return [Route(path, self.page), Route(f"{path}/mail", self.mail)]

    def page(self, request: Request) -> Response:
        """Show two mails side by side, their facts, and which words came and went."""
        slug = request.path_params["slug"]
        if slug not in self._proofs.slugs():
            return self._room.pages.missing(request, f"There is no issue named “{slug}” here.")
        as_of = self._room.changes.count
        proof = self._proofs.render(slug)
        choices, trouble = self._choices(slug)
        chosen = _chosen(choices, request.query_params.get("with", ""))
        other = self._other(slug, chosen.value) if chosen else None
        now, then = self._side(proof), self._side(other) if other else None
        values = {
            "as_of": as_of,
            "proof": proof,
            "choices": choices,
            "chosen": chosen,
            "now": now,
            "then": then,
            "differences": compare(_words(then), _words(now)) if now and then else (),
        }
        return self._room.pages.page(request, "compare.html", values, proof.mistake or trouble)

    def mail(self, request: Request) -> Response:
        """Show the other mail, for its frame."""
        slug = request.path_params["slug"]
        choices = self._choices(slug)[0] if slug in self._proofs.slugs() else []
        asked = request.query_params.get("with", "")
        other = self._other(slug, asked) if asked in {choice.value for choice in choices} else None
        if other is None or other.message is None:
            return self._room.pages.missing(request, "There is no such mail to compare with.")
        look = Look.from_query(request.query_params)
        return mail_frame(other.message, look, self._readers.shown(look).recipient)

    def _choices(self, slug: str) -> tuple[list[Choice], NewsletterError | None]:
        """Return what there is to compare with, the likeliest first, and what keeps the ledger from being asked."""
        try:
            standings, trouble = issue_standings(self._room.workspace), None
        except NewsletterError as err:
            standings, trouble = {}, err
        sent = sorted(standings.items(), key=lambda item: (item[1].state not in _HELD_BACK, item[1].at), reverse=True)
        earlier = moments(self._room.workspace, slug)[:_MOST_MOMENTS]
        drafts = [name for name in self._proofs.slugs() if name not in standings and name != slug]
        return [
            *(self._frozen(name, standing) for name, standing in sent if issue_of(name) != slug),
            *(self._frozen(name, standing, own=True) for name, standing in sent if issue_of(name) == slug),
            *(self._earlier(moment) for moment in earlier),
            *(Choice(f"draft:{name}", f"{name} (draft)") for name in drafts),
        ], trouble

    def _frozen(self, slug: str, standing: Standing, *, own: bool = False) -> Choice:
        zone = self._room.workspace.settings.clinic.timezone
        day = say_day(standing.at.astimezone(zone))
        name = "this issue" if own else issue_of(slug)
        return Choice(f"sent:{slug}", f"{name} ({standing.words(zone)}, {day})")

    def _earlier(self, moment: Moment) -> Choice:
        zone = self._room.workspace.settings.clinic.timezone
        said = say_moment(moment.at, zone)
        return Choice(f"time:{moment.at.strftime(_STAMP)}", f"this issue {'until' if moment.until else 'on'} {said}")

    def _other(self, slug: str, value: str) -> Proof | None:
        """Return what a choice stands for; it is one of those that were offered."""
        kind, _, name = value.partition(":")
        if kind == "sent":
            return self._sent(name)
        if kind == "draft":
            return self._proofs.last(name)
        moment = datetime.strptime(name, _STAMP).replace(tzinfo=UTC)
        return self._checked(self._proofs.draft(Proof(slug=slug), texts_at(self._room.workspace, slug, moment)))

    def _checked(self, proof: Proof) -> Proof:
        if proof.issue is None or proof.message is None:
            return proof
        return replace(proof, findings=check_issue(self._room.workspace, proof.issue, proof.message))

    def _sent(self, slug: str) -> Proof | None:
        """Return the very message that was frozen; what was found in it is known while its files still say the same."""
        if not has_database(self._room.workspace):
            return None
        with self._room.store() as store:
            campaign = find_campaign(store, slug)
        if campaign is None:
            return None
        known = self._proofs.last(slug) if slug in self._proofs.slugs() else None
        if known and known.message and known.message.digest == campaign.digest:
            return known
        return Proof(slug=slug, message=campaign.message)

    def _side(self, proof: Proof) -> Side | None:
        message = proof.message
        if message is None:
            return None
        reader = self._readers.shown(Look()).recipient
        text = filled(message, reader, message.text)
        return Side(
            message=message,
            subject=filled(message, reader, message.subject),
            preheader=message.preheader,
            text=text,
            kilobytes=round(len(message.html.encode()) / 1024, 1),
            words=len(text.split()),
            findings=_open_findings(proof.findings) if proof.issue and not proof.mistake else None,
            tall=_tall(message.html),
        )


def _chosen(choices: list[Choice], value: str) -> Choice | None:
    return next((each for each in choices if each.value == value), next(iter(choices), None))


def _words(side: Side | None) -> str:
    """Return the text part as it reads, so that a new line break is no difference."""
    return unwrapped(side.text) if side else ""


def _open_findings(findings: tuple[Finding, ...]) -> str:
    counts = Counter(finding.severity.value for finding in findings if not finding.waived)
    return ", ".join(counted(count, weight, f"{weight}s") for weight, count in counts.items()) or "none"


def _tall(html: str) -> int:
    """Estimate a mail's height at 375 pixels: the frame tells nobody, since no script may run in it."""
    pictures = sum(min(int(height), 500) for height in _HEIGHT.findall(html))
    return round(400 + len(parse_mail(html).text) * 1.1 + len(_BLOCK.findall(html)) * 34 + pictures)
