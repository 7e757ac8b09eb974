"""Who previewed which version of an issue, and who approved it: what is sent is what was seen.

The program tells names apart, not people: everybody at a clinic's computer may type any
name. So an approval keeps an issue from being sent unread by mistake; it keeps nobody from
cheating. What it does hold to, always: it is of one version and of no other, it
is never altered or removed, and who was signed in at the machine is written beside it.
"""

import getpass
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.model import Plan, short
from newsletter.errors import CampaignError
from newsletter.storage.ledger import approvals, looks
from newsletter.storage.moment import now, read_moment, write_moment
from newsletter.subscribers.names import clean_name

# --- Previews and tests ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """The last time that somebody looked at an issue as a mail.

    Attributes:
        digest: of the message that they saw.
        how: "test" or "preview".
    """

    digest: str
    how: str
    at: datetime


def record_look(connection: Connection, slug: str, digest: str, how: str) -> None:
    """Remember that this version of an issue was looked at; only the latest of a kind is kept."""
    connection.execute(delete(looks).where(looks.c.slug == slug, looks.c.how == how))
    connection.execute(insert(looks).values(slug=slug, digest=digest, how=how, at=now()))


def last_look(connection: Connection, slug: str) -> Look | None:
    """Return the latest look at an issue, if there was one."""
    query = select(looks).where(looks.c.slug == slug).order_by(looks.c.at.desc(), looks.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Look(row.digest, row.how, read_moment(row.at))


def looks_by_kind(connection: Connection, slug: str) -> dict[str, Look]:
    """Return the latest look of each kind."""
    rows = connection.execute(select(looks).where(looks.c.slug == slug))
    return {row.how: Look(row.digest, row.how, read_moment(row.at)) for row in rows}


# --- Approvals ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to one version of an issue.

    Attributes:
        name: as the person typed it.
        account: who was signed in at the machine.
    """

    digest: str
    name: str
    account: str
    at: datetime

    def as_document(self) -> dict[str, str]:
        """Return it as JSON takes it."""
        return {"message": self.digest, "name": self.name, "account": self.account, "at": self.at.isoformat()}


def approve(connection: Connection, slug: str, digest: str, name: str, clock: Clock = SYSTEM_CLOCK) -> Approval:
    """Write down that `name` approves this version; approving it twice is written down once.

    Raises:
        CampaignError: that is nobody's name.
    """
    typed = checked_name(name)
    known = next((each for each in given(connection, slug, digest) if same_person(each.name, typed)), None)
    if known:
        return known
    approval = Approval(digest, typed, _account(), clock.now().replace(microsecond=0))
    connection.execute(
        insert(approvals).values(
            slug=slug,
            digest=digest,
            name=approval.name,
            account=approval.account,
            at=write_moment(approval.at),
        )
    )
    return approval


def given(connection: Connection, slug: str, digest: str | None = None) -> list[Approval]:
    """Return the approvals of one version of an issue, or of every version there was, in order."""
    query = select(approvals).where(approvals.c.slug == slug).order_by(approvals.c.id)
    rows = connection.execute(query if digest is None else query.where(approvals.c.digest == digest))
    return [Approval(row.digest, row.name, row.account, read_moment(row.at)) for row in rows]


def refuse_unapproved(connection: Connection, slug: str, digest: str, plan: Plan) -> None:
    """Let a version pass that needs no approval, or that somebody other than the sender approved.

    Raises:
        CampaignError: nobody has, or only for another version, or only the sender.
    """
    if not plan.needs_approval:
        return
    if not plan.asked_by:
        what = "issues need a second person's approval, so say who is sending this one"
        raise CampaignError(what, hint="Give your own name.", command="--by NAME")
    mine = given(connection, slug, digest)
    if any(not same_person(each.name, plan.asked_by) for each in mine):
        return
    hint, command = "Somebody else reads it and approves it.", f"newsletter approve {slug} --by NAME"
    raise CampaignError(_lacking(connection, slug, mine), hint=hint, command=command)


def _lacking(connection: Connection, slug: str, mine: list[Approval]) -> str:
    if mine:
        return f"only {mine[-1].name}, who is also sending it, has approved it"
    others = given(connection, slug)
    if others:
        last = others[-1]
        return f"it was changed after {last.name} approved it (version {short(last.digest)})"
    return "nobody has approved it yet"


def same_person(name: str, other: str) -> bool:
    """Whether two typed names are the same, but for case, spaces and dots."""
    return _letters(name) == _letters(other)


def checked_name(text: str) -> str:
    """Return a typed name without what no name holds.

    Raises:
        CampaignError: there is no letter in it.
    """
    name = clean_name(text)
    if not _letters(name):
        raise CampaignError("there is no name", hint="Type the name by which your colleagues know you.")
    return name


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a machine that knows no such name
        return ""
