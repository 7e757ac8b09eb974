"""Completing requests: the mails that people asked for, and what the provider has to be told.

The public pages do this in a thread after they have answered; `newsletter run-due` and
`newsletter inbox` do it once.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.model import new_ref
from newsletter.campaigns.proposal import ensure_mailable
from newsletter.campaigns.syncing import readmit, withdraw
from newsletter.errors import CampaignError, NewsletterError, TransportError
from newsletter.languages import best_language
from newsletter.message import Recipient
from newsletter.rendering.notice import render_notice
from newsletter.services import notices
from newsletter.services.consent import add_pending
from newsletter.storage import Store
from newsletter.subscribers.people import Person, find_person
from newsletter.subscribers.requests import (
    Kind,
    Request,
    claim_mail,
    delete_expired,
    drop,
    give_back,
    open_requests,
)
from newsletter.subscribers.suppression import reason_for
from newsletter.subscribers.tokens import confirm_token, preferences_token
from newsletter.subscribers.vocabulary import Status
from newsletter.transports import Accepted, Batch, Refused, Transport, Unknown
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace

CONFIRM_PATH = "/confirm/"
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
    with store.read() as connection:
        asked = open_requests(connection, (Kind.JOIN, Kind.PREFERENCES))
    recent = [request for request in asked if request.at > clock.now() - _GIVEN_UP]
    if len(recent) < len(asked):
        with store.write() as connection:
            for request in set(asked) - set(recent):
                drop(connection, request)
    if not recent:
        return done
    try:
        with contextlib.closing(open_transport(workspace)) as transport:
            ensure_mailable(workspace.settings.sender.from_email, workspace.settings, transport)
            for request in recent:
                _mail(workspace, store, transport, request, done, clock)
    except (TransportError, CampaignError) as err:
        done.waiting, done.trouble = len(recent) - done.mailed, err.what
    return done


def forget_unconfirmed(store: Store, clock: Clock = SYSTEM_CLOCK) -> int:
    """Delete requests and people that nobody confirmed for 30 days; return how many people."""
    with store.write() as connection:
        return delete_expired(connection, clock.now())


# --- Mail ------------------------------------------------------------------------------


def _mail(
    workspace: Workspace, store: Store, transport: Transport, request: Request, done: Completed, clock: Clock
) -> None:
    with store.write() as connection:
        person = find_person(connection, request.email)
        if not claim_mail(connection, request, clock.now()):
            return
        if request.kind is Kind.PREFERENCES and person is None:
            drop(connection, request)
            return
        is_new = person is None and reason_for(connection, store.key, request.email) is None
        if request.kind is Kind.JOIN and is_new:
            person = add_pending(connection, request)
    with _giving_back(store, request, after=Exception):
        batch = _batch(workspace, store.key, request, person, clock)
    with _giving_back(store, request, after=NewsletterError):  # after any other error, nobody knows what was sent
        outcome = transport.send(batch)
    match outcome:
        case Accepted() | Unknown():
            done.mailed += 1
        case Refused(named=named) if named:  # no such mailbox
            with store.write() as connection:
                drop(connection, request)
        case _:
            done.waiting, done.trouble = done.waiting + 1, outcome.reason
            with store.write() as connection:
                give_back(connection, request)


@contextlib.contextmanager
def _giving_back(store: Store, request: Request, *, after: type[Exception]) -> Iterator[None]:
    try:
        yield
    except after:
        with store.write() as connection:
            give_back(connection, request)
        raise


def _batch(workspace: Workspace, key: bytes, request: Request, person: Person | None, clock: Clock) -> Batch:
    """Return the mail as a batch of one. A confirmation's Message-ID carries its token, so that a reply names it."""
    clinic, base = workspace.settings.clinic, workspace.settings.web.public_url
    language = best_language([request.language, person.language if person else ""])
    if request.kind is Kind.JOIN:
        token = confirm_token(key, request.id)
        ref = f"confirm-{token}"
        by_mail = f"mailto:{quote(workspace.settings.sender.reply_to, safe='@')}?subject=confirm%20{token}"
        notice = notices.confirmation(clinic, f"{base}{CONFIRM_PATH}{token}" if base else by_mail, language)
    else:
        token = preferences_token(key, person.id if person else 0, clock.now())
        ref = f"preferences-{new_ref()}"
        notice = notices.preferences(f"{base}{PREFERENCES_PATH}{token}", language)
    message = render_notice(workspace, notice)
    recipient = Recipient(ref=ref, email=request.email)
    return Batch(
        campaign="notice", ref=new_ref(), slug="notices", message=message, recipients=(recipient,), is_notice=True
    )


# --- The provider ------------------------------------------------------------------------


def _tell_provider(workspace: Workspace, store: Store, done: Completed, clock: Clock) -> None:
    """Have the provider drop or mail an address, in the order in which it was asked; a second time does no harm."""
    with store.read() as connection:
        asked = open_requests(connection, (Kind.WITHDRAW, Kind.RELEASE))
    for request in asked:
        with store.read() as connection:
            person = find_person(connection, request.email)
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
