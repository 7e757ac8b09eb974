"""What `send` is about to do, and what must be right for it, before anybody says yes."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, not_, select

from newsletter.campaigns.approval import Approval, Look, checked_name, given, last_look, refuse_unapproved
from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.freezing import (
    FARTHEST_HOLD,
    HAVE,
    PERHAPS,
    REJECTED,
    Seen,
    count_rest,
    nobody,
    refuse_second,
    settled,
)
from newsletter.campaigns.holds import CANCELLATIONS, LEAST_HOLD, outstanding_cancellations
from newsletter.campaigns.journal import refuse_forgotten
from newsletter.campaigns.model import Plan, short
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.schedule import check_time, read_back, read_time
from newsletter.errors import CampaignError, NobodyError
from newsletter.formatting import say_day, say_moment
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Context, Message
from newsletter.storage import Store
from newsletter.storage.computer import refuse_elsewhere
from newsletter.storage.ledger import deliveries
from newsletter.storage.moment import read_moment
from newsletter.subscribers.audience import EVERYBODY, Audience, left_out, people_in
from newsletter.transports import Transport
from newsletter.workspace import Settings

# --- What the law and the mailbox providers demand ------------------------------------

FREE_MAIL = frozenset(
    {
        *("aol.com", "comcast.net", "gmail.com", "gmx.com", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com"),
        *("live.com", "mac.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com"),
        *("rocketmail.com", "verizon.net", "yahoo.com", "ymail.com"),
    }
)
"""Domains whose DMARC policy lets nobody else send in their name (RFC 7489)."""


def why_no_sender(address: str) -> str:
    """Return why a newsletter should not come from an address, or nothing if it may."""
    domain = _domain(address)
    if domain not in FREE_MAIL:
        return ""
    return (
        f"Nearly every inbox rejects newsletters from {domain}. Use an address on the clinic's own "
        "domain. Nobody has to read it: replies go to the reply-to address."
    )


def refuse_unfit(message: Message, settings: Settings, transport: Transport) -> None:
    """Let a message pass that may be mailed by this transport.

    Raises:
        CampaignError: the postal address is missing or only the sample's, a part has no
            unsubscribe link (15 U.S.C. 7704(a)(3), (5)), or the sender's domain would make
            every mailbox provider refuse it.
    """
    ensure_mailable(message.from_email, settings, transport)
    for part, text in (("HTML", message.html), ("text", message.text)):
        if UNSUBSCRIBE_PLACEHOLDER not in text:
            hint = "Put the theme's unsubscribe link back; the law requires one in every issue."
            raise CampaignError(f"the {part} part has no unsubscribe link", hint=hint)
        if _letters(settings.clinic.postal_address) not in _letters(text):
            hint = "Put the theme's contact block back; the law requires the address in every issue."
            raise CampaignError(f"the {part} part does not show the postal address", hint=hint)


def ensure_mailable(from_email: str, settings: Settings, transport: Transport) -> None:
    """Let mail of any kind pass that a clinic with these settings may send.

    Raises:
        CampaignError: the postal address is only the sample's, or the sender's domain would
            make every mailbox provider refuse the mail.
    """
    _refuse_placeholder_address(settings, transport)
    _refuse_free_mail(from_email, transport)


def _refuse_placeholder_address(settings: Settings, transport: Transport) -> None:
    if transport.leaves_machine and settings.clinic.has_placeholder_address:
        raise CampaignError(
            "the postal address in newsletter.toml is still the sample's",
            hint="Write your street address or post-office box there, under [clinic] postal_address: "
            "the law requires it in every issue.",
        )


def _refuse_free_mail(from_email: str, transport: Transport) -> None:
    domain = _domain(from_email)
    if transport.name == "sendgrid" and domain in FREE_MAIL:
        raise CampaignError(
            f"nearly every inbox rejects mail from {domain} that SendGrid sends (DMARC)",
            hint="In newsletter.toml, under [sender], set from_email to an address on the clinic's own domain, "
            "and use this one as reply_to.",
        )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _letters(text: str) -> str:
    """Only letters and digits, so that line breaks, tags and entities do not matter."""
    plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return "".join(char for char in plain.casefold() if char.isalnum())


# --- The proposal ---------------------------------------------------------------------

LARGEST_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A campaign that could be started now.

    Attributes:
        due_at: when it is to go out; nothing for now.
        count: how many people would receive it.
        left_out: how many would not, by reason.
        look: the last time that somebody looked at the issue as a mail.
        approvals: of this very version.
        after: the opaque name of the campaign of the same issue that this one would follow, if any.
        others: how many have or may have the issue in another version, sent before it was changed.
        cancellations: how many more batches the provider can be told to drop.
    """

    slug: str
    message: Message
    plan: Plan
    due_at: datetime | None
    proposed_at: datetime
    count: int
    left_out: Mapping[str, int]
    look: Look | None
    approvals: tuple[Approval, ...] = ()
    after: str = ""
    others: int = 0
    cancellations: int = CANCELLATIONS

    @property
    def seen(self) -> Seen:
        """What a person says yes to who has this before them."""
        return Seen(self.count, self.message.digest, self.after)

    @property
    def looked_at(self) -> bool:
        """Whether this very version was looked at, as the last one."""
        return self.look is not None and self.look.digest == self.message.digest

    @property
    def change(self) -> str:
        """What to say if the issue was changed after some people got it; else nothing."""
        who = "1 subscriber" if self.others == 1 else f"{self.others:,} subscribers"
        return f"the issue was changed after it was sent to {who}; these get the new version" if self.others else ""

    def lines(self, settings: Settings) -> list[tuple[str, str]]:
        """Return the summary, as pairs of a name and what is to be said."""
        message = self.message
        left = [f"{number} {reason}" for reason, number in self.left_out.items()]
        return [
            ("Subject", readable(message.subject, message)),
            ("Preview text", readable(message.preheader, message)),
            ("From", f"{message.from_name} <{message.from_email}>"),
            ("To", f"{_people(self.count)}: {in_words(self.plan.audience, settings.clinic.timezone)}"),
            ("Left out", ", ".join(left) or "nobody"),
            ("When", _when(self, settings)),
            ("By", _by(self)),
            ("Message", f"{short(message.digest)} ({_seen(self, settings)})"),
            *([("Changed", self.change)] if self.others else []),
            *([("Approved", _approved(self, settings))] if self.plan.needs_approval else []),
        ]

    def as_document(self) -> dict[str, Any]:
        """Return the summary as JSON takes it."""
        return {
            "issue": self.slug,
            "subject": readable(self.message.subject, self.message),
            "preheader": readable(self.message.preheader, self.message),
            "count": self.count,
            "skipped": dict(self.left_out),
            "transport": self.plan.transport,
            "held_seconds": self.plan.hold_seconds,
            "due_at": self.due_at and self.due_at.isoformat(),
            "message": self.message.digest,
            "looked_at": self.looked_at,
            "changed_since_sent_to": self.others,
            "approved_by": [approval.name for approval in self.approvals],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the person who sends has chosen.

    Attributes:
        audience: whom it goes to.
        now: let the provider send at once, with no time to call it back.
        at: when it is to go out, as typed; empty for now.
        by: who sends it; asked for only where an approval is needed.
        rest: the issue was sent already, and goes to those who do not have it.
    """

    audience: Audience = EVERYBODY
    now: bool = False
    at: str = ""
    by: str = ""
    rest: bool = False


def propose(
    store: Store,
    settings: Settings,
    message: Message,
    transport: Transport,
    *,
    slug: str,
    choice: Choice,
    clock: Clock = SYSTEM_CLOCK,
) -> Proposal:
    """Work out what sending `message` would do; nothing is frozen or sent.

    Raises:
        CampaignError: it may not be sent at all, was sent before, or nobody would get it.
    """
    refuse_unfit(message, settings, transport)
    now = clock.now()
    due_at = read_time(choice.at, settings.clinic.timezone, now) if choice.at else None
    with store.read() as connection:
        refuse_elsewhere(connection)
        before = refuse_second(connection, slug, rest=choice.rest)
        refuse_forgotten(store, connection, slug)
        count = _count(connection, slug, choice)
        plan = _plan(settings, transport, choice, count)
        check_time(due_at, now, held=plan.held)
        return Proposal(
            slug=slug,
            message=message,
            plan=plan,
            due_at=due_at,
            proposed_at=now,
            count=count,
            left_out=_left_out(connection, slug, plan),
            look=last_look(connection, slug),
            approvals=tuple(given(connection, slug, message.digest)),
            after=before.ref if before else "",
            others=_with_another_version(connection, slug, message),
            cancellations=max(0, CANCELLATIONS - outstanding_cancellations(connection, now)),
        )


def check_approval(store: Store, proposal: Proposal) -> None:
    """Let a proposal pass that may be started as far as approvals go; starting it looks again.

    Raises:
        CampaignError: it lacks one.
    """
    with store.read() as connection:
        refuse_unapproved(connection, proposal.slug, proposal.message.digest, proposal.plan)


def _plan(settings: Settings, transport: Transport, choice: Choice, count: int) -> Plan:
    held = transport.holds is not None and not choice.now
    window = settings.delivery.undo_window
    if held and not LEAST_HOLD <= window <= FARTHEST_HOLD:
        hint = "Set it to a value from 15m to 72h in the settings, or send without time to undo."
        what = "[delivery] undo_window is too short or too long for SendGrid, which needs 10 minutes' notice to cancel"
        raise CampaignError(what, hint=hint, command="--now")
    return Plan(
        transport=transport.name,
        audience=choice.audience,
        rest=choice.rest,
        public_url=settings.reader_pages,
        hold_seconds=int(window.total_seconds()) if held else 0,
        batch_size=_batch_size(settings.delivery.batch_size, count) if held else settings.delivery.batch_size,
        needs_approval=settings.team.approval,
        open_tracking=settings.privacy.open_tracking,
        click_tracking=settings.privacy.click_tracking,
        asked_by=checked_name(choice.by) if choice.by else "",
    )


def _batch_size(wanted: int, count: int) -> int:
    """Make held batches so large that all of them can be cancelled, if that is possible at all."""
    return min(LARGEST_BATCH, max(wanted, -(-count // CANCELLATIONS)))


def _count(connection: Connection, slug: str, choice: Choice) -> int:
    found = count_rest(connection, slug, choice.audience)
    if found:
        return found
    if choice.rest:
        hint = "When somebody subscribes, you can send it to them."
        raise NobodyError(f"everyone chosen already has {slug}", hint=hint)
    raise _all_have_it(connection, slug, choice.audience) or nobody()


def _all_have_it(connection: Connection, slug: str, audience: Audience) -> NobodyError | None:
    """Return the error for an audience all of whom have an issue or may have it; nothing if it is empty."""

    def count(*rules: ColumnElement[bool]) -> int:
        people = people_in(audience).where(*rules).order_by(None).subquery()
        return connection.scalar(select(func.count()).select_from(people)) or 0

    has = count(settled(slug, HAVE))
    perhaps = count(settled(slug, PERHAPS), not_(settled(slug, HAVE)))
    if not has + perhaps:
        return None
    return NobodyError(
        f"nobody is left to send {slug} to: {has:,} have it or are about to get it, {perhaps:,} may have it",
        hint="When you know whether it arrived, resolve it." if perhaps else "Nobody gets an issue twice.",
        command=f"newsletter resolve {slug} --not-sent (or --sent)" if perhaps else "",
    )


def _left_out(connection: Connection, slug: str, plan: Plan) -> dict[str, int]:
    found = left_out(connection, plan.audience)
    for reason, states in _SETTLED.items():
        people = people_in(plan.audience).order_by(None).where(settled(slug, states)).subquery()
        if number := connection.scalar(select(func.count()).select_from(people)):
            found[reason] = number
    return found


_SETTLED = {
    "already in an earlier send": HAVE,
    "may have it from an earlier send": PERHAPS,
    "rejected in an earlier send": REJECTED,
}


def _with_another_version(connection: Connection, slug: str, message: Message) -> int:
    """Count who was sent an issue, or may have been, before it was changed."""
    older = [each.id for each in campaigns_of(connection, slug) if each.digest != message.digest]
    rows = deliveries.c.campaign_id.in_(older), deliveries.c.state.in_(HAVE + PERHAPS)
    return connection.scalar(select(func.count()).select_from(deliveries).where(*rows)) or 0


def readable(part: str, message: Message) -> str:
    """Return a line of the message with each merge field shown as its fallback."""
    for field in message.fields:
        shown = field.fallback or field.tag.replace("_", " ")
        for context in Context:
            part = part.replace(field.placeholder(context), f"[{shown}]")
    return part


def _people(number: int) -> str:
    return f"{number:,} {'subscriber' if number == 1 else 'subscribers'}"


def in_words(audience: Audience, zone: ZoneInfo) -> str:
    """Return an audience as people say it: "tagged group, not staff, reading es"."""
    wanted, unwanted, languages = (" or ".join(each) for each in (audience.tags, audience.not_tags, audience.languages))
    parts = [f"tagged {wanted}" if wanted else "everyone who is subscribed"]
    parts += [f"not {unwanted}"] if unwanted else []
    parts += [f"reading {languages}"] if languages else []
    if audience.joined_since:
        parts.append(f"joined since {say_day(read_moment(audience.joined_since).astimezone(zone))}")
    if audience.received:
        parts.append(f"and was sent {audience.received}")
    return ", ".join(parts)


def _when(proposal: Proposal, settings: Settings) -> str:
    if proposal.due_at is None:
        return "now"
    return read_back(proposal.due_at, settings.clinic.timezone, proposal.proposed_at)


def _by(proposal: Proposal) -> str:
    plan = proposal.plan
    if plan.transport == "outbox":
        return "practice mode: messages are written to files, nothing is emailed"
    if not plan.held:
        return f"{plan.transport}, immediately: it cannot be undone"
    if proposal.due_at and proposal.due_at - proposal.proposed_at > FARTHEST_HOLD:
        return f"{plan.transport}; it waits on this computer until shortly before"
    window = "until then" if proposal.due_at else f"for {plan.hold_seconds // 60} minutes"
    callable_back = proposal.cancellations * plan.batch_size
    if not callable_back:
        return f"{plan.transport}, which holds it {window}; after many recent cancellations, this may not be cancelable"
    some = "" if proposal.count <= callable_back else f" (at least {callable_back:,} of them)"
    return f"{plan.transport}, which holds it {window}, so that it can still be canceled{some}"


def _seen(proposal: Proposal, settings: Settings) -> str:
    look = proposal.look
    if look is None:
        return "no test or preview of it yet"
    when = _local(look.at, settings)
    if look.digest != proposal.message.digest:
        return f"CHANGED since the last {look.how}, {when}"
    return f"same as in the {look.how}, {when}"


def _approved(proposal: Proposal, settings: Settings) -> str:
    given_by = [f"by {each.name}, {_local(each.at, settings)}" for each in proposal.approvals]
    return "; ".join(given_by) or "nobody has approved this version yet"


def _local(moment: datetime, settings: Settings) -> str:
    return say_moment(moment, settings.clinic.timezone)
