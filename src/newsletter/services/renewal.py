"""Recurring consent: whoever agreed long ago is asked once whether they still want the newsletter, and reminded once.

Whoever does not answer is unsubscribed. Nobody is let go whom both mails may not have reached: a mail that
could not be sent waits, and the time to answer begins when it was sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Connection, delete, exists, func, not_, or_, select, update

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.states import DeliveryState
from newsletter.errors import WorkspaceError
from newsletter.languages import best_language, translations
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.moment import write_moment
from newsletter.storage.people import consents, requests, subscribers
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.consent import AGREED
from newsletter.subscribers.pausing import is_paused
from newsletter.subscribers.records import to_subscriber
from newsletter.subscribers.requests import Agreed, Kind, add_request
from newsletter.subscribers.suppression import suppress_all
from newsletter.subscribers.vocabulary import How, Reason, Status, What
from newsletter.workspace import Workspace

REMINDED_AFTER = timedelta(days=14)
LET_GO_AFTER = timedelta(days=16)  # the mail says two weeks
_YEAR = relativedelta(years=1)
_AT_A_TIME = 100
"""How many are asked in one pass, so that a long list is not asked in one hour."""

_NOTE = "asked twice whether they still want the newsletter, without an answer"
_MINE = (requests.c.kind == Kind.RENEW) & requests.c.done_at.is_(None)


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many were let go, and how many mails are to be sent; `newsletter.services.requests` sends them."""

    let_go: int = 0
    reminded: int = 0
    asked: int = 0


def renew_consent(workspace: Workspace, store: Store, clock: Clock = SYSTEM_CLOCK) -> Renewed:
    """Let go who did not answer, remind who was not reminded, and ask who agreed too long ago.

    In practice mode, where nobody can get a mail, nothing is done. When it is turned off, open questions are dropped:
    turned on again, it begins anew.

    Raises:
        WorkspaceError: nobody could answer.
    """
    settings = workspace.settings
    if not settings.privacy.renew_years:
        _drop_questions(store)
        return Renewed()
    if settings.delivery.transport == "outbox":
        return Renewed()
    if not settings.web.public_url and not settings.inbox.host:
        hint = "Run the public pages and set [web] public_url, or set the reply mailbox under [inbox]."
        raise WorkspaceError("subscribers cannot be asked whether they still want the newsletter", hint=hint)
    now = clock.now()
    with store.write() as connection:
        _close_answered(connection, now)
        let_go = _let_go(connection, store.key, now)
        reminded = _remind(connection, now)
        return Renewed(let_go, reminded, _ask(connection, workspace, now))


def _drop_questions(store: Store) -> None:
    with store.read() as connection:  # nearly always there are none, and nobody has to wait
        if connection.execute(select(requests.c.id).where(_MINE).limit(1)).first() is None:
            return
    with store.write() as connection:
        connection.execute(delete(requests).where(_MINE))


def _close_answered(connection: Connection, now: datetime) -> None:
    """Close the questions of people who agreed in another way meanwhile, or are no subscribers anymore.

    Whoever paused is there, and is asked anew after the pause.
    """
    agreed = exists().where(
        consents.c.subscriber_id == subscribers.c.id, consents.c.what.in_(_AGREEMENT), consents.c.at > requests.c.at
    )
    waiting = exists().where(
        subscribers.c.email_key == requests.c.email_key,
        subscribers.c.status == Status.SUBSCRIBED,
        not_(agreed),
        not_(is_paused()),
    )
    connection.execute(update(requests).where(_MINE, not_(waiting)).values(done_at=write_moment(now)))


def _let_go(connection: Connection, key: bytes, now: datetime) -> int:
    """Unsubscribe those whose reminder was sent long enough ago."""
    over = _MINE & requests.c.reminded_at.is_not(None) & (requests.c.mailed_at <= write_moment(now - LET_GO_AFTER))
    rows = connection.execute(select(requests.c.id, requests.c.email).where(over)).all()
    suppress_all(connection, key, {row.email: Reason.UNSUBSCRIBED for row in rows}, how=How.EVENT, note=_NOTE)
    connection.execute(update(requests).where(over).values(done_at=write_moment(now)))
    return len(rows)


def _remind(connection: Connection, now: datetime) -> int:
    """Have the question mailed once more."""
    over = _MINE & requests.c.reminded_at.is_(None) & (requests.c.mailed_at <= write_moment(now - REMINDED_AFTER))
    again = update(requests).where(over).values(mailed_at=None, reminded_at=write_moment(now))
    return connection.execute(again).rowcount


def _ask(connection: Connection, workspace: Workspace, now: datetime) -> int:
    """Keep a request for everybody whose consent is old."""
    due = select(subscribers).where(*_is_due(workspace.settings.privacy.renew_years, now)).order_by(subscribers.c.id)
    people = [to_subscriber(row) for row in connection.execute(due.limit(_AT_A_TIME))]
    for person in people:
        _ = translations(best_language([person.language])).ugettext
        names = {"clinic": workspace.settings.clinic.name}
        wording = _("Yes, I would like to keep receiving the newsletter of %(clinic)s by email.") % names
        add_request(connection, Kind.RENEW, check_address(person.email), now, agreed=Agreed(wording))
    return len(people)


_AGREEMENT = (AGREED | {What.CONFIRMED}) - {What.REQUESTED}


def _is_due(years: int, now: datetime) -> list[ColumnElement[bool]]:
    agreed = select(func.max(consents.c.at)).where(
        consents.c.subscriber_id == subscribers.c.id, consents.c.what.in_(_AGREEMENT)
    )
    since = func.coalesce(agreed.correlate(subscribers).scalar_subquery(), subscribers.c.created_at)
    year_ago = write_moment(now - _YEAR)
    got_one = (
        select(deliveries.c.id)
        .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
        .where(deliveries.c.email_key == subscribers.c.email_key, deliveries.c.state == DeliveryState.ACCEPTED)
        .where(campaigns.c.created_at > year_ago)
        .correlate(subscribers)
    )
    asked = exists().where(_MINE, requests.c.email_key == subscribers.c.email_key)
    return [
        subscribers.c.status == Status.SUBSCRIBED,
        or_(since <= write_moment(now - relativedelta(years=years)), (since <= year_ago) & not_(exists(got_one))),
        not_(asked),
        not_(is_paused()),
    ]
