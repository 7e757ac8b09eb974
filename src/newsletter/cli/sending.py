"""What the commands around sending share: progress, and saying plainly what happened."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from newsletter.campaigns import Campaign, CampaignState, DeliveryState, Tally, journal
from newsletter.campaigns.clock import SYSTEM_CLOCK, surely_past
from newsletter.campaigns.duty import is_seen_to, left_to_workers
from newsletter.campaigns.holds import NOTICE
from newsletter.campaigns.lock import who_works_on, workers
from newsletter.campaigns.overview import HELD, campaign_status, gone, shown_state, state_words
from newsletter.campaigns.records import reread
from newsletter.campaigns.schedule import read_back
from newsletter.campaigns.sender import Wait, Waiting
from newsletter.cli.output import is_terminal, note
from newsletter.errors import BusyError, CampaignError, TransportError
from newsletter.formatting import counted, say_near
from newsletter.services.sending import send_queued
from newsletter.storage import Store
from newsletter.workspace import Workspace

_LOOK_SECONDS = 1.0

from_here_option = click.option(
    "--from-here",
    "moved",
    is_flag=True,
    help="The workspace was moved: send from this computer and folder from now on.",
)


def take_over(store: Store, *, moved: bool) -> None:
    """Let this computer be the one that sends, if a person says so."""
    for slug in journal.take_over(store) if moved else []:
        note(journal.taken_over(slug))


def carry_out(workspace: Workspace, store: Store, campaign: Campaign, *, wait: bool = False) -> Tally:
    """Send what is queued of a campaign, showing progress; an interruption says how to go on.

    If workers see to it, it is left to them; to `wait` for them is to come back when it is over.
    """
    if left_to_workers(store, campaign):
        if wait:
            _watch(workspace, store, campaign)
            _refuse_paused(store, campaign)
        if not wait or reread(store, campaign).state is not CampaignState.SENDING:
            return campaign_status(store, campaign.slug)[1]
    try:
        with _progress(workspace, campaign.frozen) as (progress, on_wait):
            found = send_queued(workspace, store, campaign, progress=progress, on_wait=on_wait)
        _refuse_paused(store, campaign)
    except KeyboardInterrupt:
        note(f"Stopped; everything so far is recorded.\nResume with: newsletter resume {campaign.slug}")
        raise click.exceptions.Exit(130) from None
    except BusyError:
        raise
    except (CampaignError, TransportError) as err:
        if not _is_called_off(store, campaign):
            go_on = f"Nothing is lost. When that is fixed, resume with: newsletter resume {campaign.slug}"
            err.hint, err.command = f"{err.remedy}\n{go_on}".strip(), ""
        raise
    return found


def _watch(workspace: Workspace, store: Store, campaign: Campaign) -> None:
    """Show the progress of workers until it is over, or nobody sees to it any more."""
    try:
        with _progress(workspace, campaign.frozen) as (progress, _):
            shown = 0
            while is_seen_to(store, reread(store, campaign)):
                found = campaign_status(store, campaign.slug)[1]
                done = found.total - found[DeliveryState.QUEUED] - found[DeliveryState.IN_FLIGHT]
                progress(done - shown)
                shown = done
                time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        note(f"Stopped waiting; the workers go on.\nTo stop them: newsletter cancel {campaign.slug}")
        raise click.exceptions.Exit(130) from None


def _refuse_paused(store: Store, campaign: Campaign) -> None:
    """Let a campaign pass that no stop rule has paused while it was sent."""
    now = reread(store, campaign)
    if now.state is CampaignState.PAUSED:
        hint = f"See the report first: newsletter report {campaign.slug}"
        raise CampaignError(f"{campaign.slug} was paused automatically: {now.reason}", hint=hint)


def _is_called_off(store: Store, campaign: Campaign) -> bool:
    return reread(store, campaign).state in {CampaignState.CANCELLING, CampaignState.CANCELLED}


@contextlib.contextmanager
def _progress(workspace: Workspace, total: int) -> Iterator[tuple[Callable[[int], None], Wait]]:
    """Show how far it is, and whether it waits."""

    def in_words(waiting: Waiting | None) -> str:
        if waiting is None:
            return "Sending again."
        return waiting.in_words(workspace.settings.clinic.timezone, SYSTEM_CLOCK.now())

    if not is_terminal():
        yield (lambda _count: None), (lambda waiting: note(in_words(waiting)))
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Sending", total=total)

        def on_wait(waiting: Waiting | None) -> None:
            bar.console.print(in_words(waiting), highlight=False)
            bar.update(task, description="Waiting" if waiting else "Sending")

        yield (lambda count: bar.advance(task, count)), on_wait


def state_in_words(workspace: Workspace, campaign: Campaign, found: Tally) -> str:
    """Return how a campaign stands, in a word or a few."""
    if _reached_nobody(campaign, found):
        return "rejected for everyone"
    now = SYSTEM_CLOCK.now()
    state = shown_state(campaign.state, found.held_until, surely_past(now, found.ahead), found)
    return state_words(state, found.held_until, workspace.settings.clinic.timezone, now, gone(found))


def at_work_on(store: Store, campaign: Campaign) -> list[str]:
    """Return the names of the processes that send a campaign, or of the workers that will within a moment.

    A SQLite database is sent from by one process, which it cannot name.
    """
    return who_works_on(store, campaign) or (workers(store) if left_to_workers(store, campaign) else [])


def describe(workspace: Workspace, campaign: Campaign, found: Tally, senders: Sequence[str] = ()) -> list[str]:
    """Return, in a few plain lines, what happened to a campaign's messages, and what `senders` do about the rest."""
    if campaign.state is CampaignState.SCHEDULED:
        return _scheduled(workspace, campaign)
    paused = [f"PAUSED: {campaign.reason}."] if campaign.state is CampaignState.PAUSED else []
    if campaign.state is CampaignState.CANCELLING:
        paused = [f"Being canceled. If that was interrupted, complete it with: newsletter cancel {campaign.slug}"]
    told = [*_accepted(workspace, campaign, found), *_rest(campaign, found, senders), *_lacking(campaign, found)]
    return paused + told + ([found.forgotten] if found.forgotten else [])


def _lacking(campaign: Campaign, found: Tally) -> list[str]:
    """Offer to send a send that is over to those who are without it."""
    left = found[DeliveryState.QUEUED] or found[DeliveryState.IN_FLIGHT]
    if not found.lacking or left or campaign.state in {CampaignState.CANCELLING, CampaignState.CANCELLED}:
        return []
    who = "1 subscriber does" if found.lacking == 1 else f"{found.lacking:,} subscribers do"
    return [f"{who} not have this issue yet. To send it to them: newsletter send {campaign.slug} --rest"]


def _scheduled(workspace: Workspace, campaign: Campaign) -> list[str]:
    when = _moment(workspace, campaign.due_at or campaign.created_at)
    return [
        f"{messages(campaign.frozen)} scheduled for {when}.",
        'For that, "newsletter run-due" must run every few minutes (cron or Task Scheduler), or "newsletter worker".',
        f"To cancel it before then: newsletter cancel {campaign.slug}",
    ]


def _moment(workspace: Workspace, moment: datetime) -> str:
    return read_back(moment, workspace.settings.clinic.timezone, SYSTEM_CLOCK.now())


def _held(workspace: Workspace, campaign: Campaign, found: Tally) -> list[str]:
    """Say until when the provider holds what it accepted, if it does."""
    now, zone = SYSTEM_CLOCK.now(), workspace.settings.clinic.timezone
    if found.held_until is None or found.held_until <= surely_past(now, found.ahead):
        return []
    it = "it" if found[DeliveryState.ACCEPTED] == 1 else "them"
    lines = [f"SendGrid holds {it} until {say_near(found.held_until, zone, now)}; nobody gets {it} before that."]
    stoppable_until = (found.first_out or found.held_until) - NOTICE
    if stoppable_until > now + found.ahead:
        until = say_near(stoppable_until, zone, now)
        lines.append(f"To cancel, until {until}: newsletter cancel {campaign.slug}")
    if found.ahead:
        minutes = max(1, round(abs(found.ahead.total_seconds()) / 60))
        off = f"{counted(minutes, 'minute', 'minutes')} {'slow' if found.ahead > timedelta(0) else 'fast'}"
        lines.append(f"These times are by SendGrid's clock; this computer's was {off} when it was last compared.")
    return lines


def _accepted(workspace: Workspace, campaign: Campaign, found: Tally) -> list[str]:
    number = messages(found[DeliveryState.ACCEPTED])
    if campaign.plan.transport == "outbox":
        return [f"Practice mode, nothing was emailed: {number} written to {workspace.outbox_dir / campaign.slug}"]
    provider = {"sendgrid": "SendGrid", "smtp": "the mail server"}[campaign.plan.transport]
    held = _held(workspace, campaign, found) if found[DeliveryState.ACCEPTED] else []
    return [f"{number} accepted by {provider}.", *held]


def _rest(campaign: Campaign, found: Tally, senders: Sequence[str]) -> list[str]:
    lines = [f"{number} left out: {reason}" for reason, number in sorted(found.skipped.items())]
    if found[DeliveryState.REFUSED]:
        lines.append(
            f"{found[DeliveryState.REFUSED]:,} rejected. See who and why: newsletter status {campaign.slug} --people"
        )
        lines += _way_back(campaign, found)
    if found[DeliveryState.CANCELLED]:
        lines.append(f"{found[DeliveryState.CANCELLED]:,} canceled before going out")
    if senders:
        left = found[DeliveryState.QUEUED] + found[DeliveryState.IN_FLIGHT]
        lines.append(f"{left:,} still to be sent, by {counted(len(senders), 'process', 'processes')}:")
        lines += [f"  {name}" for name in senders]
        lines.append(f"To see the progress: newsletter status {campaign.slug}")
        lines.append(f"To stop it: newsletter cancel {campaign.slug}")
    elif found[DeliveryState.QUEUED] and campaign.state is not CampaignState.SCHEDULED:
        lines.append(f"{found[DeliveryState.QUEUED]:,} still to be sent; if no send is running, resume with:")
        lines.append(f"  newsletter resume {campaign.slug}")
    if found[DeliveryState.IN_FLIGHT] and not senders:
        lines.append(f"{found[DeliveryState.IN_FLIGHT]:,} being sent now (or when a send was interrupted)")
    if found[DeliveryState.UNKNOWN]:
        lines.append(
            f"{found[DeliveryState.UNKNOWN]:,} may or may not have been sent; nothing is resent automatically. "
            f"See who: newsletter status {campaign.slug} --people"
        )
        lines.append(f"When you know whether they arrived, resolve them: {resolve_command(campaign)}")
    return lines


def _way_back(campaign: Campaign, found: Tally) -> list[str]:
    """Offer to send again to those whose rejection does not say that their address is at fault."""
    over = campaign.state in {CampaignState.CANCELLING, CampaignState.CANCELLED}
    if not found.rejected_unnamed or over:
        return []
    number = "that one" if found.rejected_unnamed == 1 else f"{found.rejected_unnamed:,} of them"
    why = f"For {number}, the answer does not blame the address."
    if not found[DeliveryState.ACCEPTED]:
        why = "Nobody got it, so the sender may be the cause, whatever the answer says."
    return [
        f"  {why} Once the cause is fixed, send again with:",
        f"  newsletter resume {campaign.slug} --rejected",
    ]


def resolve_command(campaign: Campaign) -> str:
    """Return what settles the deliveries of which nobody knows."""
    ask = ", or --ask to ask SendGrid" if campaign.plan.transport == "sendgrid" else ""
    return f"newsletter resolve {campaign.slug} --sent (or --not-sent{ask})"


def _reached_nobody(campaign: Campaign, found: Tally) -> bool:
    """Whether a campaign is over, and everybody was rejected."""
    over = campaign.state is CampaignState.FINISHED
    return over and bool(found[DeliveryState.REFUSED]) and not found[DeliveryState.ACCEPTED]


def refuse_unknown(campaign: Campaign, found: Tally) -> None:
    """End with exit code 1 if messages may or may not have been sent, or all were rejected; what to do was said."""
    if found[DeliveryState.UNKNOWN]:
        who = messages(found[DeliveryState.UNKNOWN])
        note(f"Error: {who} of {campaign.slug} may or may not have been sent.\nResolve: {resolve_command(campaign)}")
        raise click.exceptions.Exit(1)
    if _reached_nobody(campaign, found):
        note(f"Error: nobody got {campaign.slug}: every message was rejected.")
        raise click.exceptions.Exit(1)


def as_document(campaign: Campaign, found: Tally) -> dict[str, Any]:
    """Return a campaign and its counts as JSON takes them."""
    there = surely_past(SYSTEM_CLOCK.now(), found.ahead)
    state = shown_state(campaign.state, found.held_until, there, found)
    return {
        "issue": campaign.slug,
        "state": state,
        "held_until": found.held_until.isoformat() if found.held_until and state == HELD else None,
        "reason": campaign.reason,
        "transport": campaign.plan.transport,
        "message": campaign.digest,
        "frozen": campaign.frozen,
        "counts": {state.value: found[state] for state in DeliveryState},
        "skipped": dict(found.skipped),
        "without_it": found.lacking,
        "created_at": campaign.created_at.isoformat(),
        "due_at": campaign.due_at and campaign.due_at.isoformat(),
        "finished_at": campaign.finished_at.isoformat() if campaign.finished_at and state != HELD else None,
    }


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return counted(number, "message", "messages")


def people(number: int) -> str:
    """Return a number of subscribers in words."""
    return counted(number, "subscriber", "subscribers")
