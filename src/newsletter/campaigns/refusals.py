"""What must be right before anything is sent: the law's demands, and the mailbox providers'."""

import html
import re

from newsletter.errors import CampaignError
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Message
from newsletter.transports import Transport
from newsletter.workspace import Settings

FREE_MAIL = frozenset(
    {
        *("aol.com", "comcast.net", "gmail.com", "gmx.com", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com"),
        *("live.com", "mac.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com"),
        *("rocketmail.com", "verizon.net", "yahoo.com", "ymail.com"),
    }
)
"""Domains whose DMARC policy lets nobody else send in their name (RFC 7489)."""


def why_no_sender(address: str) -> str:
    """Return why a newsletter should not come from an address, or nothing if it may."""
    domain = _domain(address)
    if domain not in FREE_MAIL:
        return ""
    return (
        f"Nearly every inbox rejects newsletters from {domain}. Use an address on the clinic's own "
        "domain. Nobody has to read it: replies go to the reply-to address."
    )


def refuse_unfit(message: Message, settings: Settings, transport: Transport) -> None:
    """Let a message pass that may be mailed by this transport.

    Raises:
        CampaignError: the postal address is missing or only the sample's, a part has no
            unsubscribe link (15 U.S.C. 7704(a)(3), (5)), or the sender's domain would make
            every mailbox provider refuse it.
    """
    _refuse_placeholder_address(settings, transport)
    for part, text in (("HTML", message.html), ("text", message.text)):
        if UNSUBSCRIBE_PLACEHOLDER not in text:
            hint = "Put the theme's unsubscribe link back; the law requires one in every issue."
            raise CampaignError(f"the {part} part has no unsubscribe link", hint=hint)
        if _letters(settings.clinic.postal_address) not in _letters(text):
            hint = "Put the theme's contact block back; the law requires the address in every issue."
            raise CampaignError(f"the {part} part does not show the postal address", hint=hint)
    _refuse_free_mail(message, transport)


def _refuse_placeholder_address(settings: Settings, transport: Transport) -> None:
    if transport.leaves_machine and settings.clinic.has_placeholder_address:
        raise CampaignError(
            "the postal address in newsletter.toml is still the sample's",
            hint="Write your street address or post-office box there, under [clinic] postal_address: "
            "the law requires it in every issue.",
        )


def _refuse_free_mail(message: Message, transport: Transport) -> None:
    domain = _domain(message.from_email)
    if transport.name == "sendgrid" and domain in FREE_MAIL:
        raise CampaignError(
            f"nearly every inbox rejects mail from {domain} that SendGrid sends (DMARC)",
            hint="In newsletter.toml, under [sender], set from_email to an address on the clinic's own domain, "
            "and use this one as reply_to.",
        )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _letters(text: str) -> str:
    """Only letters and digits, so that line breaks, tags and entities do not matter."""
    plain = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return "".join(char for char in plain.casefold() if char.isalnum())
