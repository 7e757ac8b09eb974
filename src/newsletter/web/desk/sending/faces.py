"""What the page says in each state: values for its templates, in words that staff use."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from newsletter.campaigns import Campaign, CampaignState, DeliveryState
from newsletter.campaigns.approval import Look
from newsletter.campaigns.freezing import count_rest
from newsletter.campaigns.journal import forgotten_words
from newsletter.campaigns.model import short
from newsletter.campaigns.proposal import Proposal, in_words
from newsletter.campaigns.report import NO_OPENS, Report, accepted_by_tag, outcomes, report
from newsletter.campaigns.report_page import draw, figures
from newsletter.campaigns.resolution import count_rejected, count_unresolved, needing_a_person
from newsletter.campaigns.schedule import read_back
from newsletter.checks.verdict import summary
from newsletter.errors import ElsewhereError, NewsletterError
from newsletter.formatting import counted, say_moment, say_near
from newsletter.message import Recipient
from newsletter.storage import Store
from newsletter.web.desk.frame import filled
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.sending.draft import Draft
from newsletter.web.desk.sending.stand import Phase, Stand
from newsletter.workspace import Workspace

ANYBODY = Recipient(
    ref="preview",
    email="reader@example.org",
    first_name="",
    last_name="",
    unsubscribe_url="https://example.org/each-reader-has-their-own-link",
)
"""A reader of unknown name, as whom the mail is shown here."""

_MOST_NAMED = 200


def draft_face(
    workspace: Workspace, store: Store, proof: Proof, draft: Draft, before: Stand | None
) -> dict[str, object]:
    """Return what the page shows of an issue that was not sent, whose sending was canceled, or that has a rest."""
    cancelled = None if draft.wish.rest else before
    settings, message = workspace.settings, proof.message
    version = message.digest if message else ""
    zone = settings.clinic.timezone
    return {
        "phase": Phase.DRAFT.value,
        "subject": "",
        "face": _face(before),
        "rest": draft.wish.rest,
        "mistaken": proof.mistake is not None,
        "draft": draft,
        "elsewhere": any(isinstance(each, ElsewhereError) for each in draft.obstacles),
        "mail": message
        and {
            "subject": filled(message, ANYBODY, message.subject),
            "preheader": filled(message, ANYBODY, message.preheader),
            "sender": f"{message.from_name} <{message.from_email}>",
            "version": short(version),
            "digest": version,
        },
        "checks": summary(proof.findings),
        "cancelled": cancelled and _cancelled(cancelled),
        "asking": False,
        **(_in_doubt(store, cancelled.campaign) if cancelled else {}),
        "tested": _looked(draft.looks.get("test"), version, workspace),
        "approvals": [
            {
                "name": each.name,
                "at": say_moment(each.at, zone),
                "valid": each.digest == version,
                "version": short(each.digest),
            }
            for each in draft.approvals
        ],
        "approval": settings.team.approval,
        "approved": any(each.digest == version for each in draft.approvals),
        "reviewers": settings.team.reviewers,
        "left_out": _left_out(draft.left_out),
        "chosen": in_words(draft.wish.audience(zone), zone),
        "when": _when(draft, workspace),
        "zone": zone.key,
        "carrier": carrier(settings.delivery.transport),
        "transport": settings.delivery.transport,
        "countdown": int(settings.delivery.countdown.total_seconds()),
        "window": int(settings.delivery.undo_window.total_seconds() // 60),
        "people": people,
    }


def _looked(look: Look | None, version: str, workspace: Workspace) -> dict[str, object] | None:
    if look is None:
        return None
    return {"at": say_moment(look.at, workspace.settings.clinic.timezone), "same": look.digest == version}


def _left_out(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return why people are left out, as a person would say it."""
    said = {
        "unsubscribed": "left the list",
        "bounced": "have an inbox that does not exist",
        "complained": "called an earlier issue spam",
        "pending": "have not confirmed yet",
        "without the chosen tag": "have none of the tags you chose",
        "with an excluded tag": "have a tag you left out",
        "with another language or none": "read another language, or none is known of them",
        "joined earlier": "joined before the day you chose",
        "paused by themselves": "are taking a break",
        "want one issue a month and have it": "want no more than one issue a month, and have had it",
    }
    return [(said.get(reason, reason), number) for reason, number in reasons.items()]


def _when(draft: Draft, workspace: Workspace) -> str:
    """Read the chosen time back, so that a slip shows."""
    proposal, settings = draft.proposal, workspace.settings
    if proposal is None or draft.wrong_time:
        return ""
    if proposal.due_at:
        return read_back(proposal.due_at, settings.clinic.timezone, proposal.proposed_at)
    if proposal.plan.held:
        return f"now; {_held_words(proposal)}"
    return f"in {int(settings.delivery.countdown.total_seconds())} seconds, and until then you can undo it"


def _held_words(proposal: Proposal) -> str:
    minutes = proposal.plan.hold_seconds // 60
    return f"SendGrid holds it for {minutes} minutes, and in the first {minutes - 10} of them you can undo it"


def _cancelled(stand: Stand) -> dict[str, object]:
    gone = stand.tally[DeliveryState.ACCEPTED] + stand.tally[DeliveryState.UNKNOWN]
    return {
        "stopped": stand.tally[DeliveryState.CANCELLED],
        "gone": gone,
        "ref": stand.campaign.ref,
    }


def _in_doubt(store: Store, campaign: Campaign) -> dict[str, object]:
    """Return who may or may not have got an issue, by any campaign of it, and who was refused."""
    with store.read() as connection:
        named = list(islice(needing_a_person(connection, campaign), _MOST_NAMED))
    return {
        "doubted": campaign.ref,
        "unresolved": count_unresolved(store, campaign),
        "doubts": [each for each in named if each.state is DeliveryState.UNKNOWN],
        "refused": [each for each in named if each.state is DeliveryState.REFUSED],
    }


def campaign_face(
    workspace: Workspace, store: Store, stand: Stand, trouble: NewsletterError | None, *, asking: bool
) -> dict[str, object]:
    """Return what the page shows of an issue that is being sent, waits for its time, or is sent."""
    campaign, zone = stand.campaign, workspace.settings.clinic.timezone
    due_at, until = campaign.due_at, stand.stoppable_until
    with store.read() as connection:
        forgotten = forgotten_words(store, connection, campaign.slug)
        lacking = count_rest(connection, campaign.slug) if stand.can_be_followed and not forgotten else 0
        rejected = 0 if stand.at_work else count_rejected(connection, campaign)
    return {
        "phase": stand.phase.value,
        "face": _face(stand),
        "mail": None,
        "campaign": campaign,
        "subject": filled(campaign.message, ANYBODY, campaign.message.subject),
        "version": short(campaign.digest),
        "numbers": stand.numbers(),
        "frozen": people(campaign.frozen),
        "carrier": carrier(campaign.plan.transport),
        "transport": campaign.plan.transport,
        "due": due_at and read_back(due_at, zone, stand.now),
        "due_short": due_at and say_near(due_at, zone, stand.now),
        "held_until": stand.tally.held_until and say_near(stand.tally.held_until, zone, stand.now),
        "waiting": stand.waiting and stand.waiting.in_words(zone, stand.now),
        "lacking": lacking,
        "forgotten": forgotten,
        "due_iso": due_at and due_at.isoformat(),
        "seconds": max(0, int((due_at - stand.now).total_seconds())) if due_at else 0,
        "until": until and say_near(until, zone, stand.now),
        "until_iso": until and (until - stand.tally.ahead).isoformat(),  # counted down by this computer's clock
        "is_held": stand.is_held,
        "at_work": stand.at_work,
        "asking": asking,
        "trouble": trouble,
        "elsewhere": isinstance(trouble, ElsewhereError),
        "reason": campaign.reason,
        "paused": campaign.state is CampaignState.PAUSED,
        **_in_doubt(store, campaign),
        "rejected_unnamed": rejected,
        "reached": stand.tally[DeliveryState.ACCEPTED],
        "skipped": _left_out(stand.tally.skipped),
        "messages": messages,
        "people": people,
        **(_summary(workspace, store, stand) if stand.phase in {Phase.SENT, Phase.HELD, Phase.DOUBT} else {}),
    }


def _summary(workspace: Workspace, store: Store, stand: Stand) -> dict[str, object]:
    found = _read_report(workspace, store, stand)
    return {
        "started": say_moment(stand.campaign.created_at, workspace.settings.clinic.timezone),
        "figures": list(figures(found)),
        "warnings": list(found.warnings()),
    }


def report_face(workspace: Workspace, store: Store, stand: Stand) -> dict[str, object]:
    """Return what the report of an issue shows."""
    campaign, zone = stand.campaign, workspace.settings.clinic.timezone
    found = _read_report(workspace, store, stand)
    with store.read() as connection:
        compared = outcomes(connection, campaign, zone)
        tags = accepted_by_tag(connection, campaign)
        lacking = count_rest(connection, campaign.slug) if stand.can_be_followed and not found.forgotten else 0
    state = found.state_words(zone)
    return {
        "campaign": campaign,
        "subject": filled(campaign.message, ANYBODY, campaign.message.subject),
        "state": f"{state[:1].upper()}{state[1:]}",
        "started": say_moment(campaign.created_at, zone),
        "practice_send": campaign.plan.transport == "outbox",
        "transport": campaign.plan.transport,
        "version": short(campaign.digest),
        "report": found,
        "figures": list(figures(found)),
        "warnings": list(found.warnings()),
        "charts": draw(found, zone),
        "zone": zone,
        "tags": tags,
        "skipped": _left_out(found.skipped),
        "compared": compared if len(compared) > 1 else [],
        "no_opens": NO_OPENS if found.opened is None else "",
        "lacking": lacking,
        "reached": found.states[DeliveryState.ACCEPTED.value] + found.states[DeliveryState.UNKNOWN.value],
    }


def _read_report(workspace: Workspace, store: Store, stand: Stand) -> Report:
    privacy, campaign = workspace.settings.privacy, stand.campaign
    opens, clicks = privacy.open_tracking, privacy.click_tracking
    with store.read() as connection:
        found = report(connection, campaign, stand.now, opens=opens, clicks=clicks)
        return replace(found, forgotten=forgotten_words(store, connection, campaign.slug))


def _face(stand: Stand | None) -> str:
    return stand.face if stand else ""


def people(number: int) -> str:
    """Return a number of people in words."""
    return counted(number, "person", "people")


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return counted(number, "message", "messages")


def carrier(transport: str) -> str:
    """Return who carries the mail, as staff know it."""
    return {"sendgrid": "SendGrid", "smtp": "your mail server", "outbox": "practice mode (nothing is emailed)"}[
        transport
    ]
