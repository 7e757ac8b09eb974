"""What the commands around sending share: progress, and saying plainly what happened."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.output import counted, is_terminal, note
from newsletter.errors import BusyError, CampaignError, TransportError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.campaigns import Campaign, Tally
    from newsletter.storage import Store
    from newsletter.transports import Transport


def carry_out(workspace: Workspace, store: "Store", campaign: "Campaign", transport: "Transport") -> "Tally":
    """Send what is queued of a campaign, showing progress; an interruption says how to go on."""
    from newsletter.campaigns import dispatch  # noqa: PLC0415 - slow to import

    in_air = workspace.settings.delivery.parallel if campaign.plan.transport == "sendgrid" else 1
    try:
        with _progress(campaign.frozen) as progress:
            found = dispatch(store, campaign, transport, in_air=in_air, progress=progress)
        _refuse_paused(store, campaign)
    except KeyboardInterrupt:
        note(f"Stopped; everything so far is recorded.\nGo on with: newsletter resume {campaign.slug}")
        raise click.exceptions.Exit(130) from None
    except BusyError:
        raise
    except (CampaignError, TransportError) as err:
        if not _is_called_off(store, campaign):
            go_on = f"Nothing is lost. After that, go on with: newsletter resume {campaign.slug}"
            err.hint, err.command = f"{err.remedy}\n{go_on}".strip(), ""
        raise
    finally:
        transport.close()
    return found


def _refuse_paused(store: "Store", campaign: "Campaign") -> None:
    """Let a campaign pass that no stop rule has paused while it was sent."""
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.records import reread  # noqa: PLC0415 - slow to import

    now = reread(store, campaign)
    if now.state is CampaignState.PAUSED:
        hint = f"See first what became of it: newsletter report {campaign.slug}"
        raise CampaignError(f"{campaign.slug} stopped by itself: {now.reason}", hint=hint)


def _is_called_off(store: "Store", campaign: "Campaign") -> bool:
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.records import reread  # noqa: PLC0415 - slow to import

    return reread(store, campaign).state in {CampaignState.CANCELLING, CampaignState.CANCELLED}


def bring_home(store: "Store", transport: "Transport") -> None:
    """Take over whom the carrier will not mail, before anybody is chosen."""
    from newsletter.campaigns.syncing import sync  # noqa: PLC0415 - slow to import
    from newsletter.transports import SuppressionKeeper  # noqa: PLC0415 - slow to import

    if not isinstance(transport, SuppressionKeeper):
        return
    try:
        done = sync(store, transport)
    except TransportError as err:  # a key that may only send; SendGrid still keeps to its own lists
        note(f"Note: {err.what}\nSendGrid itself will leave out whoever is on them.")
        return
    if done.changed:
        note(f"{people(done.changed)} left, bounced or complained at SendGrid and will not be mailed.")


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    if not is_terminal():
        yield lambda _count: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import Progress  # noqa: PLC0415 - slow to import

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Sending", total=total)
        yield lambda count: bar.advance(task, count)


def stand(store: "Store", slug: str) -> "tuple[Campaign, Tally]":
    """Return how a campaign stands now."""
    from newsletter.campaigns import known_campaign  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.closing import tally  # noqa: PLC0415 - slow to import

    campaign = known_campaign(store, slug)
    with store.read() as connection:
        return campaign, tally(connection, campaign)


def describe(workspace: Workspace, campaign: "Campaign", found: "Tally") -> list[str]:
    """Return, in a few plain lines, what happened to a campaign's messages."""
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import

    if campaign.state is CampaignState.SCHEDULED:
        return _scheduled(workspace, campaign)
    paused = [f"PAUSED: {campaign.reason}."] if campaign.state is CampaignState.PAUSED else []
    if campaign.state is CampaignState.CANCELLING:
        paused = [f"Being cancelled. If that was cut off, bring it to its end with: newsletter cancel {campaign.slug}"]
    told = [*_accepted(workspace, campaign, found), *_held(workspace, campaign, found), *_rest(campaign, found)]
    return paused + told


def _scheduled(workspace: Workspace, campaign: "Campaign") -> list[str]:
    when = _moment(workspace, campaign.due_at or campaign.created_at)
    return [
        f"{messages(campaign.frozen)} wait for {when}.",
        'This needs "newsletter run-due" to run then, every few minutes, by cron or the Task Scheduler.',
        f"Until then it can be stopped with: newsletter cancel {campaign.slug}",
    ]


def _moment(workspace: Workspace, moment: datetime) -> str:
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.schedule import read_back  # noqa: PLC0415 - slow to import

    return read_back(moment, workspace.settings.clinic.timezone, SYSTEM_CLOCK.now())


def _held(workspace: Workspace, campaign: "Campaign", found: "Tally") -> list[str]:
    """Say until when the provider still holds it, if it does."""
    from newsletter.campaigns import DeliveryState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.holds import NOTICE  # noqa: PLC0415 - slow to import

    moment = found.held_until
    if moment is None or not found[DeliveryState.ACCEPTED] or moment <= SYSTEM_CLOCK.now():
        return []
    until = moment - NOTICE
    lines = [f"They go out on {_moment(workspace, moment)}."]
    if until > SYSTEM_CLOCK.now():
        local = until.astimezone(workspace.settings.clinic.timezone)
        lines.append(f"Until {local:%d %B, %H:%M} this stops them: newsletter cancel {campaign.slug}")
    return lines


def _accepted(workspace: Workspace, campaign: "Campaign", found: "Tally") -> list[str]:
    from newsletter.campaigns import DeliveryState  # noqa: PLC0415 - slow to import

    number = messages(found[DeliveryState.ACCEPTED])
    if campaign.plan.transport == "outbox":
        return [f"Nothing left this machine: {number} are in {workspace.outbox_dir / campaign.slug}"]
    carrier = {"sendgrid": "SendGrid", "smtp": "the mail server"}[campaign.plan.transport]
    return [f"{number} accepted by {carrier}."]


def _rest(campaign: "Campaign", found: "Tally") -> list[str]:
    from newsletter.campaigns import CampaignState, DeliveryState  # noqa: PLC0415 - slow to import

    lines = [f"{number} left out: {reason}" for reason, number in sorted(found.skipped.items())]
    if found[DeliveryState.REFUSED]:
        lines.append(
            f"{found[DeliveryState.REFUSED]:,} rejected; who and why: newsletter status {campaign.slug} --people"
        )
        lines += _way_back(campaign, found)
    if found[DeliveryState.CANCELLED]:
        lines.append(f"{found[DeliveryState.CANCELLED]:,} cancelled before they went out")
    if found[DeliveryState.QUEUED] and campaign.state is not CampaignState.SCHEDULED:
        lines.append(f"{found[DeliveryState.QUEUED]:,} still to be sent; if no send is running, go on with:")
        lines.append(f"  newsletter resume {campaign.slug}")
    if found[DeliveryState.IN_FLIGHT]:
        lines.append(f"{found[DeliveryState.IN_FLIGHT]:,} on their way right now (or when a send was cut off)")
    if found[DeliveryState.UNKNOWN]:
        lines.append(
            f"{found[DeliveryState.UNKNOWN]} may or may not have been sent, and are not sent again by themselves; "
            f"who: newsletter status {campaign.slug} --people"
        )
    return lines


def _way_back(campaign: "Campaign", found: "Tally") -> list[str]:
    """Offer to send again to those whose rejection does not say that their address is at fault."""
    from newsletter.campaigns import CampaignState  # noqa: PLC0415 - slow to import

    over = campaign.state in {CampaignState.CANCELLING, CampaignState.CANCELLED}
    if not found.rejected_unnamed or over:
        return []
    number = "that" if found.rejected_unnamed == 1 else f"{found.rejected_unnamed:,} of them"
    return [
        f"  For {number} the answer does not say that the address is at fault. If the cause is fixed, send again with:",
        f"  newsletter resume {campaign.slug} --rejected",
    ]


def as_document(campaign: "Campaign", found: "Tally") -> dict[str, Any]:
    """Return a campaign and its counts as JSON takes them."""
    from newsletter.campaigns import DeliveryState  # noqa: PLC0415 - slow to import

    return {
        "issue": campaign.slug,
        "state": campaign.state,
        "reason": campaign.reason,
        "transport": campaign.plan.transport,
        "message": campaign.digest,
        "frozen": campaign.frozen,
        "counts": {state.value: found[state] for state in DeliveryState},
        "skipped": dict(found.skipped),
        "created_at": campaign.created_at.isoformat(),
        "due_at": campaign.due_at and campaign.due_at.isoformat(),
        "finished_at": campaign.finished_at and campaign.finished_at.isoformat(),
    }


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return counted(number, "message", "messages")


def people(number: int) -> str:
    """Return a number of people in words."""
    return counted(number, "person", "people")
