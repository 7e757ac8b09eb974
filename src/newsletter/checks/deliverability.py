"""Checks of what decides whether the mail arrives, and arrives whole."""

import re
from collections.abc import Iterator

from newsletter.checks.draft import Draft
from newsletter.checks.mail import squeeze
from newsletter.checks.rule import Fault
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER
from newsletter.posts.foot import names_receiver, opts_out

CLIPPED_AT = 102 * 1024  # bytes of HTML
NEARLY_CLIPPED = 90 * 1024
_FREE_MAIL = frozenset(
    {
        *("aim.com", "aol.com", "att.net", "comcast.net", "fastmail.com", "gmail.com", "gmx.com", "gmx.net"),
        *("googlemail.com", "hotmail.com", "icloud.com", "live.com", "mac.com", "mail.com", "me.com", "msn.com"),
        *("outlook.com", "pm.me", "proton.me", "protonmail.com", "verizon.net", "yahoo.com", "ymail.com", "zoho.com"),
    }
)
_SPAM = re.compile(
    r"\b(?:act now|buy now|order now|100% (?:free|guaranteed|satisfied)|risk[- ]free|no obligation|cash bonus"
    r"|limited[- ]time offer|offer expires|while supplies last|double your|extra income|lowest price"
    r"|click below|this is not spam|winner|you have been selected|once in a lifetime|satisfaction guaranteed)\b"
    r"|\${2,}|!{3,}|\bFREE\b!?",
    re.IGNORECASE,
)
_SHOUTED_FREE = re.compile(r"free!?", re.IGNORECASE)
_FALSE_REPLY = re.compile(r"\s*(?:re|fwd?|aw|wg)\s*:", re.IGNORECASE)


def size_clipped(draft: Draft) -> Iterator[Fault]:
    """The mail is so long that Gmail cuts its end off.

    Guideline: Gmail shows the first 102 KB of a message (hteumeuleu/email-bugs, no. 41).
    """
    size = _size(draft)
    if size > CLIPPED_AT:
        yield Fault(
            "message",
            f"The mail has {size / 1024:.0f} KB; Gmail hides everything beyond 102 KB, including the unsubscribe link.",
            "Leave out a post, or show it as a teaser that links to your website.",
        )


def size_near(draft: Draft) -> Iterator[Fault]:
    """The mail is nearly as long as Gmail shows.

    Guideline: Gmail shows the first 102 KB of a message (hteumeuleu/email-bugs, no. 41).
    """
    size = _size(draft)
    if NEARLY_CLIPPED < size <= CLIPPED_AT:
        yield Fault(
            "message",
            f"The mail has {size / 1024:.0f} KB; from 102 KB on, Gmail hides the rest. Forwarding makes it longer.",
            "Shorten it a little.",
        )


def mostly_pictures(draft: Draft) -> Iterator[Fault]:
    """The mail is made of pictures with hardly a word.

    Guideline: Apache SpamAssassin, rules HTML_IMAGE_ONLY_*: pictures with little text count as junk.
    """
    pictures = len([image for image in draft.mail.elements("img") if image.get("width") != "1"])
    words = sum(len(piece.text.split()) for piece in draft.pieces)
    if pictures and words < 40 * pictures:
        yield Fault(
            "message",
            f"There are {words} words around {pictures} pictures: spam filters distrust that, and with pictures "
            "blocked, nothing is left.",
            "Say the important things in words.",
        )


def unsubscribe_missing(draft: Draft) -> Iterator[Fault]:
    """A part of the mail has no way to unsubscribe.

    Guideline: CAN-SPAM Act, 15 U.S.C. 7704(a)(3) and (5): a clear way to opt out in every message.
    """
    for part, text in (("HTML part", draft.message.html), ("text part", draft.message.text)):
        if UNSUBSCRIBE_PLACEHOLDER not in text:
            yield Fault(
                part,
                "Readers cannot unsubscribe except with the spam button, and the law requires a link.",
                "Put {{ unsubscribe }} back into the theme.",
            )


def unsubscribe_foreign(draft: Draft) -> Iterator[Fault]:
    """The footer of another newsletter is left in a post: its unsubscribe link, or the address of somebody who got it.

    Guideline: CAN-SPAM Act, 15 U.S.C. 7704(a)(3): the way to opt out must work for whoever gets the message.
    """
    for piece in draft.pieces:
        for link in piece.links:
            if link.href.startswith(("http", "mailto:")) and opts_out(link.text, link.href):
                yield Fault(
                    link.where,
                    f"“{link.text}” unsubscribes from another list, not from yours.",
                    "Remove it. The theme adds each reader's own unsubscribe link at the end.",
                )
        if "@" in piece.text and names_receiver(piece.text):
            yield Fault(
                piece.where,
                "This shows everyone the address to which another newsletter was sent.",
                "Remove the whole footer of that newsletter.",
            )


def address_missing(draft: Draft) -> Iterator[Fault]:
    """A part of the mail lacks the clinic's postal address.

    Guideline: CAN-SPAM Act, 15 U.S.C. 7704(a)(5)(A)(iii): a valid physical postal address.
    """
    address = squeeze(draft.settings.clinic.postal_address)
    for part, text in (("HTML part", draft.mail.text), ("text part", squeeze(draft.message.text))):
        if address not in text:
            yield Fault(part, "The law requires the postal address in every issue.", "Put it back into the theme.")


def address_placeholder(draft: Draft) -> Iterator[Fault]:
    """The postal address is still the sample's.

    Guideline: CAN-SPAM Act, 15 U.S.C. 7704(a)(5)(A)(iii): a valid physical postal address.
    """
    if draft.settings.clinic.has_placeholder_address:
        yield Fault(
            draft.setting_place("postal_address"),
            "The law requires a real postal address; with this one, nothing can be emailed.",
            "Enter the clinic's street address or PO box there.",
        )


def sender_free_mail(draft: Draft) -> Iterator[Fault]:
    """The sender's address belongs to a free-mail provider.

    Guideline: Google, "Email sender guidelines": do not send as gmail.com; DMARC (RFC 7489) alignment.
    """
    email = draft.message.from_email
    if email.rpartition("@")[2].lower() in _FREE_MAIL:
        yield Fault(
            draft.setting_place("from_email"),
            "Only the provider's own servers may send from this address: inboxes reject the mail as forged.",
            "Send from the clinic's own domain, and use this address as reply_to.",
        )


def sender_domain(draft: Draft) -> Iterator[Fault]:
    """The sender's domain is not the website's.

    Guideline: M3AAWG, "Sending Domains Best Common Practices": use a domain that readers know you by.
    """
    sender = draft.message.from_email.rpartition("@")[2].lower()
    website = re.sub(r"^https?://(?:www\.)?|[/:].*$", "", draft.settings.clinic.website.lower())
    related = sender == website or sender.endswith(f".{website}") or website.endswith(f".{sender}")
    if not related and sender not in _FREE_MAIL:
        yield Fault(
            draft.setting_place("from_email"),
            f"Your website is {website}, but the mail comes from {sender}: some readers will not trust it.",
            "Send from the website's own domain.",
        )


def spam_words(draft: Draft) -> Iterator[Fault]:
    """The text uses words that are typical of spam.

    Guideline: Apache SpamAssassin, rules for advertising phrases (20_phrases.cf).
    """
    texts = [(draft.subject, draft.key_place("subject")), *((piece.text, piece.where) for piece in draft.pieces)]
    for text, where in texts:
        for found in _SPAM.finditer(text):
            if _SHOUTED_FREE.fullmatch(found[0]) and not found[0].startswith("FREE"):
                continue  # "free" in a sentence is an innocent word
            yield Fault(where, f"“{found[0]}” is typical of spam.", "Say it as you would to a patient in the room.")


def false_reply(draft: Draft) -> Iterator[Fault]:
    """The subject pretends to be a reply or a forwarded mail.

    Guideline: CAN-SPAM Act, 15 U.S.C. 7704(a)(2): no deceptive subject headings.
    """
    if _FALSE_REPLY.match(draft.subject):
        yield Fault(
            draft.key_place("subject"),
            "The subject looks like a reply or a forward, which is misleading and against the law.",
            "Remove the beginning.",
        )


def text_part_thin(draft: Draft) -> Iterator[Fault]:
    """The text part says much less than the HTML part.

    Guideline: RFC 2046, 5.1.4: the parts of an alternative carry the same information.
    """
    written = sum(len(piece.text.split()) for piece in draft.pieces)
    if len(draft.message.text.split()) < 0.7 * written:
        yield Fault(
            "text part",
            "The text part lacks most of the issue, and spam filters compare both parts.",
            "Fix text.j2 in the theme.",
        )


def _size(draft: Draft) -> int:
    return len(draft.message.html.encode("utf-8"))
