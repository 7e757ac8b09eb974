"""Completing requests: the mails that people asked for, and what the provider has to be told.

The public pages do this in a thread after they have answered; `newsletter run-due` and
`newsletter inbox` do it once.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.model import new_ref
from newsletter.campaigns.proposal import ensure_mailable
from newsletter.campaigns.syncing import readmit, withdraw
from newsletter.errors import CampaignError, NewsletterError, StoreError, TransportError
from newsletter.languages import best_language
from newsletter.message import Recipient
from newsletter.rendering.notice import render_notice
from newsletter.services import notices
from newsletter.services.consent import add_pending
from newsletter.services.letters import confirm_link, renewal_batch, welcome_batch
from newsletter.storage import Store
from newsletter.subscribers.records import Subscriber, find_subscriber
from newsletter.subscribers.requests import (
    Kind,
    Request,
    claim_mail,
    claim_reminder,
    delete_expired,
    drop,
    drop_unmailed,
    give_back,
    has_expired,
    open_requests,
    to_remind,
)
from newsletter.subscribers.suppression import reason_for
from newsletter.subscribers.tokens import confirm_token, preferences_token
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import Accepted, Batch, Refused, Transport, Unknown
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace

PREFERENCES_PATH = "/preferences/"
"""Where the public pages answer; a token follows."""

_GIVEN_UP = timedelta(days=1)
"""After this, a mail that could not be sent is forgotten: nobody expects it any more, and they may ask again."""


@dataclass
class Completed:
    """What came of it, in requests.

    Attributes:
        waiting: how many could not be completed now.
        trouble: why, in words without an address; empty if nothing is waiting.
    """

    mailed: int = 0
    told: int = 0
    waiting: int = 0
    trouble: str = ""


def complete_requests(workspace: Workspace, store: Store, clock: Clock = SYSTEM_CLOCK) -> Completed:
    """Send the mails that people asked for, and tell the provider what it has to know.

    A mail is claimed and committed before it is sent, so that nobody gets it twice,
    whichever process comes first and wherever it is interrupted.

    Raises:
        StoreError: the database is busy; nothing is lost.
    """
    done = Completed()
    _tell_provider(workspace, store, done, clock)
    recent, unreminded = _open_mails(workspace, store, clock)
    if not recent and not unreminded:
        return done
    try:
        with contextlib.closing(open_transport(workspace)) as transport:
            ensure_mailable(workspace.settings.sender.from_email, workspace.settings, transport)
            mailing = _Mailing(workspace, store, transport, done, clock)
            for request in recent:
                mailing.try_to(mailing.mail, request)
            for request in unreminded:
                mailing.try_to(mailing.remind, request)
    except (TransportError, CampaignError) as err:
        done.waiting, done.trouble = max(len(recent) - done.mailed, 1), err.what
    return done


def _open_mails(workspace: Workspace, store: Store, clock: Clock) -> tuple[list[Request], list[Request]]:
    """Return the requests to mail and those to remind of; what nobody expects any more is dropped."""
    web = workspace.settings.web
    kinds = {Kind.JOIN, Kind.PREFERENCES, Kind.RENEW, Kind.WELCOME}
    with store.read() as connection:
        asked = open_requests(connection, kinds)
        unreminded = to_remind(connection, clock.now()) if web.reminder else []
    recent = [
        request
        for request in asked
        if (request.at > clock.now() - _GIVEN_UP and (request.kind is not Kind.WELCOME or web.welcome))
        or request.kind is Kind.RENEW  # nobody waits for it; it must not be lost
    ]
    if len(recent) < len(asked):
        with store.write() as connection:
            for request in set(asked) - set(recent):
                drop_unmailed(connection, request)
    return recent, unreminded


def forget_unconfirmed(store: Store, clock: Clock = SYSTEM_CLOCK) -> int:
    """Delete requests and people that nobody confirmed for 30 days; return how many people."""
    with store.read() as connection:  # nearly always there is nothing to delete, and nobody has to wait
        if not has_expired(connection, clock.now()):
            return 0
    with store.write() as connection:
        return delete_expired(connection, clock.now())


# --- Mail ------------------------------------------------------------------------------


@dataclass
class _Mailing:
    """Sends what people asked for, one mail at a time."""

    workspace: Workspace
    store: Store
    transport: Transport
    done: Completed
    clock: Clock

    def try_to(self, send: Callable[[Request], None], request: Request) -> None:
        """Send one mail; if it cannot be made, such as a welcome without its file, the others still go out."""
        try:
            send(request)
        except (TransportError, StoreError):
            raise
        except NewsletterError as err:
            self.done.waiting, self.done.trouble = self.done.waiting + 1, err.what

    def mail(self, request: Request) -> None:
        """Claim and send one mail."""
        with self.store.write() as connection:
            person = find_subscriber(connection, request.email)
            if not claim_mail(connection, request, self.clock.now()):
                return
            if not _is_wanted(request, person):
                drop(connection, request)
                return
            is_new = person is None and reason_for(connection, self.store.key, request.email) is None
            if request.kind is Kind.JOIN and is_new:
                person = add_pending(connection, request)
        with self._giving_back(request, after=Exception):
            batch = self._batch(request, person)
        with self._giving_back(request, after=NewsletterError):  # after any other error, nobody knows what was sent
            outcome = self.transport.send(batch)
        match outcome:
            case Accepted() | Unknown():
                self.done.mailed += 1
            case Refused(named=named) if named:
                pass  # no such mailbox: request and person are deleted in time
            case _:
                self.done.waiting, self.done.trouble = self.done.waiting + 1, outcome.reason
                with self.store.write() as connection:
                    give_back(connection, request)

    def remind(self, request: Request) -> None:
        """Remind somebody once, whatever becomes of the mail once it is made."""
        with self.store.read() as connection:
            person = find_subscriber(connection, request.email)
        batch = self._batch(request, person, again=True)
        with self.store.write() as connection:
            person = find_subscriber(connection, request.email)
            is_pending = person is not None and person.status is Status.PENDING
            if not claim_reminder(connection, request, self.clock.now()) or not is_pending:
                return
        if isinstance(self.transport.send(batch), Accepted | Unknown):
            self.done.mailed += 1

    @contextlib.contextmanager
    def _giving_back(self, request: Request, *, after: type[Exception]) -> Iterator[None]:
        try:
            yield
        except after:
            with self.store.write() as connection:
                give_back(connection, request)
            raise

    def _batch(self, request: Request, person: Subscriber | None, *, again: bool = False) -> Batch:
        """Return the mail as a batch of one. A confirmation's Message-ID carries its token: a reply names it."""
        key, settings = self.store.key, self.workspace.settings
        base, language = settings.web.public_url, best_language([request.language, person.language if person else ""])
        if request.kind is Kind.WELCOME and person is not None:
            return welcome_batch(self.workspace, key, person, self.transport)
        if request.kind is Kind.RENEW and person is not None:
            return renewal_batch(self.workspace, key, person, request, self.transport)
        if request.kind is Kind.JOIN:
            token = confirm_token(key, request.id)
            ref, link = f"confirm-{token}", confirm_link(settings, token)
            notice = notices.confirmation(settings.clinic, link, language, again=again)
        else:
            token = preferences_token(key, person.id if person else 0, self.clock.now())
            ref = f"preferences-{new_ref()}"
            notice = notices.preferences(f"{base}{PREFERENCES_PATH}{token}", language)
        recipient = Recipient(ref=f"{ref}-again" if again else ref, email=request.email)
        message = render_notice(self.workspace, notice)
        return Batch(
            campaign="notice", ref=new_ref(), slug="notices", message=message, recipients=(recipient,), is_notice=True
        )


def _is_wanted(request: Request, person: Subscriber | None) -> bool:
    """Whether the mail of a request still has somebody to go to."""
    match request.kind:
        case Kind.PREFERENCES:
            return person is not None
        case Kind.WELCOME | Kind.RENEW:
            return person is not None and person.status is Status.SUBSCRIBED
    return True


# --- The provider ------------------------------------------------------------------------


def _tell_provider(workspace: Workspace, store: Store, done: Completed, clock: Clock) -> None:
    """Have the provider drop or mail an address, in the order in which it was asked; a second time does no harm."""
    with store.read() as connection:
        asked = open_requests(connection, (Kind.WITHDRAW, Kind.RELEASE))
    for request in asked:
        with store.read() as connection:
            person = find_subscriber(connection, request.email)
        is_subscribed = person is not None and person.status is Status.SUBSCRIBED
        try:
            if request.kind is Kind.RELEASE and is_subscribed:
                readmit(workspace, request.email)
            elif request.kind is Kind.WITHDRAW and not is_subscribed:
                withdraw(workspace, store, request.email, clock)
        except TransportError as err:
            done.waiting, done.trouble = done.waiting + 1, err.what
            return
        with store.write() as connection:
            drop(connection, request)
        done.told += 1
