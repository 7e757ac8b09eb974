"""What may not be mailed is refused before anything is frozen, with the remedy."""

import dataclasses

import pytest

from newsletter.campaigns.proposal import FREE_MAIL, refuse_unfit
from newsletter.errors import CampaignError
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Settings, Workspace
from tests.campaigns.samples import ADDRESS, MESSAGE

SENDGRID = SendGridTransport(Client("key", "http://127.0.0.1:9"), Tracking())


@pytest.fixture
def outbox(workspace: Workspace) -> OutboxTransport:
    return OutboxTransport(workspace.outbox_dir)


def _with_address(settings: Settings, address: str) -> Settings:
    return dataclasses.replace(settings, clinic=dataclasses.replace(settings.clinic, postal_address=address))


def test_good_message_passes(workspace: Workspace, outbox: OutboxTransport) -> None:
    """A message with address and link in both parts may go by any transport."""
    refuse_unfit(MESSAGE, workspace.settings, outbox)
    refuse_unfit(MESSAGE, workspace.settings, SENDGRID)


def test_placeholder_address_is_for_the_outbox_alone(workspace: Workspace, outbox: OutboxTransport) -> None:
    """The sample's address may be written to files, but never mailed."""
    placeholder = "PLACEHOLDER: your street"
    settings = _with_address(workspace.settings, placeholder)
    message = dataclasses.replace(
        MESSAGE, html=MESSAGE.html.replace(ADDRESS, placeholder), text=MESSAGE.text.replace(ADDRESS, placeholder)
    )
    refuse_unfit(message, settings, outbox)
    with pytest.raises(CampaignError, match="postal_address"):
        refuse_unfit(message, settings, SENDGRID)


@pytest.mark.parametrize("part", ["html", "text"])
@pytest.mark.parametrize(("lost", "said"), [(ADDRESS, "postal address"), ("-unsubscribe-url-", "unsubscribe link")])
def test_missing_from_one_part(workspace: Workspace, outbox: OutboxTransport, part: str, lost: str, said: str) -> None:
    """Address and link have to be in both parts, whoever carries the message."""
    message = dataclasses.replace(MESSAGE, **{part: getattr(MESSAGE, part).replace(lost, "")})
    with pytest.raises(CampaignError, match=said):
        refuse_unfit(message, workspace.settings, outbox)


def test_address_is_known_however_it_is_broken_up(workspace: Workspace, outbox: OutboxTransport) -> None:
    """Tags, entities and line breaks within the address do not hide it."""
    broken = "12&nbsp;Elm <b>Street</b>,<br>\nSpringfield, MA 01101"
    refuse_unfit(dataclasses.replace(MESSAGE, html=MESSAGE.html.replace(ADDRESS, broken)), workspace.settings, outbox)


@pytest.mark.parametrize("domain", sorted(FREE_MAIL))
def test_free_mail_sender_through_sendgrid(workspace: Workspace, outbox: OutboxTransport, domain: str) -> None:
    """A sender at a free-mail provider fails DMARC when SendGrid sends for it."""
    message = dataclasses.replace(MESSAGE, from_email=f"Clinic@{domain.upper()}")
    refuse_unfit(message, workspace.settings, outbox)
    with pytest.raises(CampaignError, match="reply_to"):
        refuse_unfit(message, workspace.settings, SENDGRID)
