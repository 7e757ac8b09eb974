"""A mail as it came: its headers, decoded, and the words that its sender wrote in it."""

import email
import email.policy
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from itertools import dropwhile

from lxml import etree, html

_LONGEST_TEXT = 20_000  # characters; whoever asks for something does so at the beginning
_BREAKS = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4")
_QUOTED_HTML = "//blockquote | //*[contains(@class, 'gmail_quote')] | //*[@id='divRplyFwdMsg']/following-sibling::*"
_QUOTED_HTML += " | //*[@id='divRplyFwdMsg'] | //style | //script | //head"

_QUOTE_BEGINS = re.compile(
    r"""^\s*(?:
        >.*
        | -{2,}\s*(?:original|forwarded|mensaje|mensagem|message|begin).*
        | _{10,}
        | (?:on|el|em|le|am|il)\b.{0,200}\b(?:wrote|escribió|escreveu|a\ écrit|schrieb|ha\ scritto)\s*:.*
        | (?:from|de|von|da)\s*:\s.*
        | --\s
        | (?:sent|get\ outlook|enviad[oa]|envoyé|obte\w+)\b.{0,20}\b(?:from|for|desde|do|de|depuis|pour|para)\b.*
    )$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""The first line of what is not the sender's own: a quotation, a forwarded mail, a signature."""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail, parsed; `raw` is what it was parsed from."""

    raw: bytes
    parsed: EmailMessage

    def header(self, name: str) -> str:
        """Return a header's text on one line; nothing if it is missing or broken beyond reading."""
        try:
            return " ".join(str(self.parsed.get(name, "")).split())
        except (ValueError, IndexError, AttributeError, LookupError, TypeError):  # the standard library's on odd input
            return ""

    def has(self, name: str) -> bool:
        """Whether there is such a header."""
        return name in self.parsed

    @property
    def subject(self) -> str:
        """The subject."""
        return self.header("Subject")

    @property
    def sender(self) -> str:
        """The address in the From line."""
        return parseaddr(self.header("From"))[1]

    @property
    def has_no_return_path(self) -> bool:
        """Whether nobody is to be told if the mail itself cannot be delivered: so bounces and good robots send."""
        return self.header("Return-Path").replace(" ", "") == "<>"

    @property
    def date(self) -> datetime:
        """When it was written, as it says itself; the same at each reading also if it does not say."""
        try:
            found = parsedate_to_datetime(self.header("Date"))
            moment = found if found.tzinfo else found.replace(tzinfo=UTC)
            return moment if 0 < moment.timestamp() < 2**32 else datetime.fromtimestamp(0, tz=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return datetime.fromtimestamp(0, tz=UTC)

    @property
    def fingerprint(self) -> str:
        """The same for every copy of this mail, whichever way it came, and for no other mail."""
        _, _, body = self.raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        return hashlib.sha256(self.header("Message-ID").encode() + b"\n" + body.strip()).hexdigest()

    @property
    def written(self) -> str:
        """What the sender wrote above any quotation and signature."""
        lines: list[str] = []
        text = (self._text() or "").replace("\r\n", "\n")[:_LONGEST_TEXT].split("\n")
        for number, line in enumerate(text):
            both = f"{line} {text[number + 1]}" if number + 1 < len(text) else line  # "On … <\naddress> wrote:"
            if _QUOTE_BEGINS.match(line) or (line[:4].strip() and _ATTRIBUTION.match(both)):
                break
            lines.append(line.strip())
        return "\n".join(lines).strip()

    @property
    def is_silent(self) -> bool:
        """Whether its text can be read, and its sender wrote nothing, neither above a quotation nor below it."""
        text = self._text()
        if text is None or self.written:
            return False
        lines = [line.lstrip() for line in text.splitlines() if line.strip()]
        quoted = dropwhile(lambda line: not line.startswith(">"), lines)
        return all(line.startswith(">") for line in quoted)

    def _text(self) -> str | None:
        """Return its text; nothing if it has none, or none that can be read."""
        try:
            part = self.parsed.get_body(("plain", "html"))
            if part is None:
                return None
            content = part.get_content()
        except (LookupError, ValueError, AttributeError, TypeError):
            return None
        text = str(content)
        return _text_of(text) if part.get_content_subtype() == "html" else text


_ATTRIBUTION = re.compile(
    r"^\s*(?:on|el|em|le)\b.{0,250}\b(?:wrote|escribió|escreveu|a écrit)\s*:\s*$", re.IGNORECASE | re.DOTALL
)


def parse_mail(raw: bytes) -> ReceivedMail:
    """Parse a mail; whatever is wrong with it, it is a mail of some kind."""
    parsed = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    return ReceivedMail(raw, parsed)


def plain(text: str) -> str:
    """Return text to compare words in: lower case, no accents, straight apostrophes, single spaces."""
    straight = re.sub("[\u2018\u2019\u02bc\u00b4`]", "'", text)
    folded = unicodedata.normalize("NFKD", straight.casefold())
    return " ".join("".join(one for one in folded if not unicodedata.combining(one)).split())


def _text_of(markup: str) -> str:
    """Return the words of an HTML mail without what it quotes, lines as a reader sees them."""
    try:
        root = html.document_fromstring(markup[: 10 * _LONGEST_TEXT].encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return ""
    for quoted in root.xpath(_QUOTED_HTML):
        if quoted.getparent() is not None:
            quoted.drop_tree()
    for element in root.iter(*_BREAKS):
        element.tail = "\n" + (element.tail or "")
    return str(root.text_content())
