"""Sending an issue: the summary before it, the campaign, stopping it, and what is left to decide."""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Event
from typing import NamedTuple

from newsletter.campaigns import Campaign, CampaignState, Tally
from newsletter.campaigns.cancellation import Cancellation, cancel_issue
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import Seen, start
from newsletter.campaigns.proposal import Choice, Proposal, propose, refuse_unfit
from newsletter.campaigns.resolution import look_up, queue_rejected, resolve, why_not_again
from newsletter.campaigns.sender import Progress, Wait, dispatch
from newsletter.campaigns.syncing import Synced, campaign_transport, sync, time_at_sendgrid
from newsletter.campaigns.testing import TestReader, send_test
from newsletter.checks import Finding, check_issue
from newsletter.checks.verdict import refuse_errors
from newsletter.errors import CampaignError, TransportError
from newsletter.issues import load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.storage import Store
from newsletter.subscribers.records import get_subscriber
from newsletter.transports import Transport
from newsletter.transports.opening import open_transport
from newsletter.transports.outbox import OutboxTransport
from newsletter.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An issue as it is now: rendered, and looked over by the checks."""

    slug: str
    message: Message
    findings: tuple[Finding, ...]
    corrects: str = ""

    def choice(self, chosen: Choice) -> Choice:
        """Return what was chosen, of those people only whom a correction is for."""
        audience = replace(chosen.audience, received=self.corrects) if self.corrects else chosen.audience
        return replace(chosen, audience=audience)


# --- before the yes -------------------------------------------------------------------------


def checked_issue(workspace: Workspace, slug: str) -> Checked:
    """Render an issue as it is now, and run the checks over it.

    Raises:
        NewsletterError: it cannot be read or rendered.
    """
    issue = load_issue(workspace, slug)
    message = render_issue(workspace, issue).message
    findings = check_issue(workspace, issue, message)
    return Checked(slug=slug, message=message, findings=findings, corrects=issue.corrects)


def ensure_fit(workspace: Workspace, transport: Transport, issue: Checked) -> None:
    """Let an issue pass that may be sent as it is.

    Raises:
        CampaignError: the law or a check stands in the way; the error says what to change.
    """
    refuse_unfit(issue.message, workspace.settings, transport)
    refuse_errors(issue.slug, issue.findings)


class Proposed(NamedTuple):
    """What sending would do, and what the provider told before of whom it does not mail.

    Attributes:
        suppressed: how many subscribers must not be mailed any more since then.
        sync_failure: why the provider did not tell; it keeps to its own lists all the same.
    """

    proposal: Proposal
    suppressed: int = 0
    sync_failure: str = ""


def propose_campaign(
    workspace: Workspace, store: Store, transport: Transport, issue: Checked, choice: Choice
) -> Proposed:
    """Sync suppressions, then work out what sending an issue that is fit would do; nothing is frozen or sent.

    Raises:
        CampaignError: it was sent before, cannot be sent like this, or nobody would get it.
    """
    suppressed, failure = 0, ""
    if transport.suppression_lists:
        try:
            suppressed = sync(store, transport).changed
        except TransportError as err:  # a key that may only send is no reason not to send
            failure = err.what
    choice = issue.choice(choice)
    proposal = propose(store, workspace.settings, issue.message, transport, slug=issue.slug, choice=choice)
    return Proposed(proposal, suppressed, failure)


def sync_with_sendgrid(workspace: Workspace, store: Store) -> Synced:
    """Take over SendGrid's suppressions, and tell it whose mail it is to drop.

    Raises:
        TransportError: it cannot be asked.
    """
    return sync(store, open_transport(workspace, "sendgrid"))


def send_tests(
    workspace: Workspace, store: Store, issue: Checked, addresses: Sequence[str], *, subscriber: str = ""
) -> "SentTests":
    """Send an issue to the people who look at it first, the way that the real one will go.

    Args:
        workspace: where the settings are.
        store: remembers that this version was seen.
        issue: what they get; the checks may still find errors in it.
        addresses: who gets it.
        subscriber: the address of the subscriber as whom it is filled in, real unsubscribe link and all.

    Raises:
        CampaignError: it may not be mailed at all, or did not go out to everybody.
        TransportError: nothing can be sent.
    """
    with contextlib.closing(open_transport(workspace)) as transport:
        refuse_unfit(issue.message, workspace.settings, transport)
        reader = TestReader()
        if subscriber:
            with store.read() as connection:
                found = get_subscriber(connection, subscriber)
            reader = TestReader(found.first_name, found.last_name, found.id)
        refs = send_test(
            store,
            issue.message,
            transport,
            slug=issue.slug,
            addresses=addresses,
            reader=reader,
            public_url=workspace.settings.reader_pages,
        )
    return SentTests(transport, refs)


class SentTests(NamedTuple):
    """What carried the tests, and each one's public id; the outbox calls its file so."""

    transport: Transport
    refs: tuple[str, ...]


# --- the campaign ---------------------------------------------------------------------------


def start_campaign(
    store: Store, proposal: Proposal, *, seen: Seen | None = None, due_at: datetime | None = None
) -> Campaign:
    """Freeze what was proposed, after a person's yes to `seen`; nothing is sent yet.

    Raises:
        CampaignError: it may not be sent any more.
        ChangedError: it is not what the yes was said to.
    """
    return start(
        store,
        proposal.message,
        slug=proposal.slug,
        plan=proposal.plan,
        seen=seen or proposal.seen,
        due_at=due_at or proposal.due_at,
    )


def _nobody_listens(_anything: object) -> None:
    return


def send_queued(
    workspace: Workspace,
    store: Store,
    campaign: Campaign,
    *,
    progress: Progress = _nobody_listens,
    on_wait: Wait = _nobody_listens,
    stop: Event | None = None,
    on_duty: bool = False,
) -> Tally:
    """Send whatever of a campaign is queued, by the transport that it was frozen for.

    Args:
        workspace: whose secrets are used.
        store: where the ledger is.
        campaign: the frozen campaign.
        progress: told how many deliveries were dealt with.
        on_wait: told when and why it waits, and when that is over.
        stop: set by another thread, it does what Ctrl-C does.
        on_duty: see `newsletter.campaigns.sender.dispatch`.

    Raises:
        KeyboardInterrupt: Ctrl-C, or `stop`; everything so far is recorded.
        CampaignError: it had to pause, was canceled, or another process is sending it.
        TransportError: the transport can carry nothing; nothing is lost.
    """
    in_air = workspace.settings.delivery.parallel if campaign.plan.transport == "sendgrid" else 1
    with contextlib.closing(campaign_transport(workspace, campaign.plan)) as transport:
        return dispatch(
            store,
            campaign,
            transport,
            in_air=in_air,
            progress=progress,
            on_wait=on_wait,
            stop=stop,
            on_duty=on_duty,
        )


def cancel_campaign(workspace: Workspace, store: Store, slug: str) -> Cancellation:
    """Stop all of an issue that can still be stopped, or finish a cancellation that was interrupted.

    Raises:
        CampaignError: all of it is over, or the issue was never sent.
        TransportError: what the provider may hold cannot be stopped without its key.
    """
    return cancel_issue(store, slug, partial(_canceling_transport, workspace))


def _canceling_transport(workspace: Workspace, campaign: Campaign) -> Transport:
    """Open what carries the campaign; one that has not begun needs no key to be stopped."""
    try:
        return campaign_transport(workspace, campaign.plan)
    except TransportError:
        if campaign.state is not CampaignState.SCHEDULED:
            raise
        return OutboxTransport(workspace.outbox_dir)


def ensure_due(campaign: Campaign) -> None:
    """Let a campaign pass whose time, if it has one, has come.

    Raises:
        CampaignError: it has not.
    """
    is_scheduled = campaign.state is CampaignState.SCHEDULED
    if is_scheduled and campaign.due_at and campaign.due_at > SYSTEM_CLOCK.now():
        hint, command = "To send it now or change it, cancel it first.", f"newsletter cancel {campaign.slug}"
        raise CampaignError(f"{campaign.slug} is scheduled for later", hint=hint, command=command)


# --- what is left to decide -------------------------------------------------------------------


class Requeued(NamedTuple):
    """How many are queued again, and in words who is not; empty if that is nobody."""

    number: int
    left_out: str


def requeue_rejected(workspace: Workspace, store: Store, campaign: Campaign) -> Requeued:
    """Queue those again whose rejection may be the sender's fault, once a person says that it is fixed.

    Raises:
        TransportError: nothing could be sent to them; nobody is queued.
    """
    campaign_transport(workspace, campaign.plan).close()
    with store.read() as connection:
        why = why_not_again(connection, campaign)
    return Requeued(queue_rejected(store, campaign), why)


def resolve_deliveries(
    workspace: Workspace, store: Store, campaign: Campaign, *, sent: bool, only: Collection[str] = ()
) -> int:
    """Take a person's word for whether unresolved deliveries were sent; return how many that settled.

    Raises:
        CampaignError: the provider may still hold some of them, so nobody can know.
    """
    return resolve(store, campaign, sent=sent, only=only, provider_time=lambda: time_at_sendgrid(workspace))


def ask_provider(workspace: Workspace, store: Store, campaign: Campaign) -> int:
    """Ask the provider's logs about unresolved deliveries; return how many that settled.

    Raises:
        CampaignError: there are no logs, or they cannot tell yet.
        TransportError: they cannot be asked.
    """
    return look_up(store, campaign, campaign_transport(workspace, campaign.plan))
