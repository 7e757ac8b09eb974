"""An issue before it is sent: what was chosen, what that comes to, and what stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, QueryParams

from newsletter.campaigns.approval import Approval, Look, given, looks_by_kind
from newsletter.campaigns.proposal import Choice, Proposal, propose, refuse_unfit
from newsletter.campaigns.testing import remembered_tester
from newsletter.checks.verdict import open_errors
from newsletter.errors import CampaignError, NewsletterError, NobodyError, TransportError
from newsletter.storage import Store
from newsletter.storage.moment import write_moment
from newsletter.subscribers.audience import Audience, count, left_out, people_by_language, people_by_tag
from newsletter.transports import Transport
from newsletter.transports.opening import open_transport
from newsletter.web.desk.proofs import Proof
from newsletter.workspace import Workspace

SOON, LATER, AT_ONCE = "soon", "later", "at-once"
_YES = "yes"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the fields of the page say, as they were typed.

    Attributes:
        joined_since: a day (ISO 8601), or nothing.
        when: `SOON`, `LATER` or `AT_ONCE` (with no time for SendGrid to call it back).
        rest: whether an issue that was sent is to go to those who do not have it.
        received: the issue that this one corrects, if it does; its file says so, and no field can change it.
    """

    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    joined_since: str = ""
    when: str = SOON
    date: str = ""
    time: str = ""
    rest: bool = False
    received: str = ""

    @classmethod
    def read(cls, fields: QueryParams | FormData) -> "Wish":
        """Read the fields of an address or of a form.

        A day or an hour without a word of when means later: it must never mean now.

        Raises:
            CampaignError: the day since when people must have joined is no day; that must not mean everybody.
        """
        when, day, hour = _text(fields, "when"), _text(fields, "date"), _text(fields, "time")
        otherwise = LATER if day or hour else SOON
        return cls(
            tags=_texts(fields.getlist("tag")),
            not_tags=_texts(fields.getlist("not")),
            languages=_texts(fields.getlist("language")),
            joined_since=_day(_text(fields, "since")),
            when=when if when in {SOON, LATER, AT_ONCE} else otherwise,
            date=day,
            time=hour,
            rest=_text(fields, "rest") == _YES,
        )

    def audience(self, zone: ZoneInfo) -> Audience:
        """Return whom it chooses; days begin as they do in `zone`."""
        day = datetime.fromisoformat(self.joined_since).replace(tzinfo=zone) if self.joined_since else None
        since = write_moment(day) if day else ""
        chosen = Audience(tags=self.tags, not_tags=self.not_tags, languages=self.languages, joined_since=since)
        return replace(chosen, received=self.received)

    def choice(self, zone: ZoneInfo, by: str = "") -> Choice:
        """Return it as campaigns know it."""
        at = f"{self.date} {self.time[:5]}" if self.when == LATER else ""
        return Choice(audience=self.audience(zone), now=self.when == AT_ONCE, at=at, by=by, rest=self.rest)

    def without_time(self) -> "Wish":
        """Return it as if it were to go out soon."""
        return replace(self, when=SOON, date="", time="")

    def fields(self) -> list[tuple[str, str]]:
        """Return it as the hidden fields of the form that confirms it."""
        lists = {"tag": self.tags, "not": self.not_tags, "language": self.languages}
        chosen = [(name, value) for name, values in lists.items() for value in values]
        rest = [("rest", _YES)] if self.rest else []
        when = [("when", self.when), ("date", self.date), ("time", self.time)]
        return [*rest, *chosen, ("since", self.joined_since), *when]

    def agrees_with(self, other: "Wish") -> bool:
        """Whether both choose the same people and the same time, in whichever order."""
        return sorted(self.fields()) == sorted(other.fields())

    def query(self) -> str:
        """Return it as the query of the page's address."""
        said = [(name, value) for name, value in self.fields() if value and (name, value) != ("when", SOON)]
        return f"?{urlencode(said)}" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the page shows of an issue that was not sent.

    Attributes:
        tags: those in use, with the number of people who have them.
        languages: those that are known of people, with the number of those who read them.
        subscribed: how many people could get an issue at all.
        obstacles: what keeps it from being sent, whoever gets it and when.
        proposal: what sending it would do; with `wrong_time`, as if it were to go out soon.
        wrong_time: why the time that was typed will not do.
        left_out: how many people would not get it, by reason.
        looks: the last look of each kind.
        approvals: of whichever version, in order.
        tester: the address that the last test went to.
        holds: whether the carrier keeps mail for a while, so that it can be called back.
    """

    wish: Wish
    tags: Mapping[str, int]
    languages: Mapping[str, int]
    subscribed: int
    obstacles: tuple[NewsletterError, ...] = ()
    proposal: Proposal | None = None
    wrong_time: CampaignError | None = None
    left_out: Mapping[str, int]
    looks: Mapping[str, Look]
    approvals: tuple[Approval, ...]
    tester: str
    holds: bool = False

    @property
    def people(self) -> int:
        """How many would get it."""
        return self.proposal.count if self.proposal else 0


def read_draft(workspace: Workspace, store: Store, proof: Proof, wish: Wish) -> Draft:
    """Work out what the page shows; nothing is sent, asked of anybody, or changed."""
    wish = replace(wish, received=proof.issue.corrects if proof.issue else "")
    draft = _facts(store, proof.slug, wish, workspace.settings.clinic.timezone)
    try:
        transport = open_transport(workspace)
    except TransportError as err:
        return replace(draft, obstacles=(err,))
    draft = replace(draft, holds=transport.holds is not None)
    if wish.when == AT_ONCE and not draft.holds:  # the page offers no such thing: it is as soon as this
        draft = replace(draft, wish=wish.without_time())
    obstacles = tuple(_obstacles(workspace, proof, transport))
    if obstacles or proof.message is None or not draft.subscribed:
        return replace(draft, obstacles=obstacles)
    return _propose(draft, workspace, store, proof, transport)


def _facts(store: Store, slug: str, wish: Wish, zone: ZoneInfo) -> Draft:
    with store.read() as connection:
        return Draft(
            wish=wish,
            tags=dict(sorted((dict.fromkeys((*wish.tags, *wish.not_tags), 0) | people_by_tag(connection)).items())),
            languages=dict.fromkeys(wish.languages, 0) | people_by_language(connection),
            subscribed=count(connection),
            left_out=left_out(connection, wish.audience(zone)),
            looks=looks_by_kind(connection, slug),
            approvals=tuple(given(connection, slug)),
            tester=remembered_tester(connection),
        )


def _obstacles(workspace: Workspace, proof: Proof, transport: Transport) -> Iterable[NewsletterError]:
    if proof.message is None or proof.mistake is not None:
        return
    try:
        refuse_unfit(proof.message, workspace.settings, transport)
    except CampaignError as err:
        yield err
    errors = len(open_errors(proof.findings))
    if errors:
        what = "the checks found an error" if errors == 1 else f"the checks found {errors} errors"
        yield CampaignError(what, hint="Fix them, or ignore them with a reason: both are next to the mail, under Look.")


def _propose(draft: Draft, workspace: Workspace, store: Store, proof: Proof, transport: Transport) -> Draft:
    """Propose what was wished for; without its time, if that alone is wrong."""
    assert proof.message is not None  # noqa: S101 - looked at by the caller

    def propose_for(wish: Wish) -> Proposal:
        assert proof.message is not None  # noqa: S101 - as above
        choice = wish.choice(workspace.settings.clinic.timezone)
        return propose(store, workspace.settings, proof.message, transport, slug=proof.slug, choice=choice)

    try:
        proposal = propose_for(draft.wish.without_time())
    except NobodyError:
        return draft
    except CampaignError as err:
        return replace(draft, obstacles=(err,))
    draft = replace(draft, proposal=proposal, left_out=proposal.left_out)
    if draft.wish.when == SOON:
        return draft
    if draft.wish.when == LATER and not (draft.wish.date and draft.wish.time):
        return replace(draft, wrong_time=CampaignError("Choose a day and an hour"))
    try:
        return replace(draft, proposal=propose_for(draft.wish))
    except CampaignError as err:
        return replace(draft, wrong_time=err)


def _text(fields: QueryParams | FormData, name: str) -> str:
    value = fields.get(name, "")
    return value.strip()[:100] if isinstance(value, str) else ""


def _day(typed: str) -> str:
    """Return a day that was typed, or nothing where nothing was."""
    try:
        day = date.fromisoformat(typed).isoformat() if typed else ""
    except ValueError as err:
        raise CampaignError(f"“{typed}” is not a day", hint="Write it like 2026-12-01.") from err
    if day and not "1900" <= day < "2200":
        raise CampaignError(f"“{typed}” is not a day that can be meant", hint="Write it like 2026-12-01.")
    return day


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str) and value.strip()))
