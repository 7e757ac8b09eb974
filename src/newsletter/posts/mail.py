"""Reading mails (.eml) and pages that a browser saved as one file (.mhtml), which are built alike."""

import base64
import codecs
import datetime as dt
import email
import email.utils
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from newsletter.errors import SourceError
from newsletter.posts.dates import day_in
from newsletter.posts.decoding import decode
from newsletter.posts.forwarded import (
    MOST_ABOVE,
    is_attribution,
    is_entry,
    is_forwarded,
    take_out_signature,
    without_prefix,
)
from newsletter.posts.html import read_fragment, read_page
from newsletter.posts.html.facts import Facts
from newsletter.posts.paste import read_pasted
from newsletter.posts.source import Source
from newsletter.posts.value import Dropped, Reading
from newsletter.workspace import Clinic

_MOST_BESIDE_ATTACHED = 40
"""Words in a mail that only says what is attached to it."""
_LATEST = 4
"""Texts of a quotation within which its header begins."""
_MOST_QUOTES = 40
_HEADERS = "moz-email-headers-table"
_ATTRIBUTES = re.compile(r"\b(?:On|El|Le|Em|Am|Il|Op|Den)\b")
_CONTENT_TYPE = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)
_AS_IS = {"7bit", "8bit", "binary"}


class _Tolerant(EmailPolicy):
    """Python's policy for mails, which fails over fields that are written wrongly and takes minutes for long ones."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a field's value, as empty where it cannot be read."""
        try:
            return super().header_fetch_parse(name, value[:_LONGEST_FIELD])
        except Exception:  # noqa: BLE001 - whatever the parser raises, the rest of the mail is sound
            return self.header_factory(name, "")


_POLICY = _Tolerant()
_MOST_OF_PICTURES = 40_000_000
_MOST_PARTS = 1_000
_LONGEST_FIELD = 2_000
"""Characters; a subject has some hundred, and of long lists of recipients none is read."""
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_LONGEST_HEAD = 3_000
"""Lines; a mail to some hundred people has as many, and reading takes its time for each."""
_NO_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
"""Codecs of Python that stand for something else than how a text is written in bytes, or hide what it says."""


def read_mail(source: Source, clinic: Clinic, *, title: str = "") -> Reading:
    """Read the post that a mail or a saved page holds.

    The subject is the title, the sender's name the author; the address is not kept.

    Raises:
        SourceError: it holds no text, or no title.
    """
    message = _parsed(source)
    body = message.get_body(("html", "plain"))
    text = _text(body, source.name) if body is not None else ""
    attached, others = find_attached(message)
    if attached is not None and len(re.sub(r"<[^>]+>", " ", text).split()) <= _MOST_BESIDE_ATTACHED:
        return _read_attached(attached, text, others, source, clinic, title or _title(message))
    if body is None:
        hint = "Open the mail, select the text, copy it, and paste it."
        raise SourceError("is a mail without a text", where=source.name, hint=hint, command="--from clipboard")
    reading = _read_body(body, text, message, source, clinic, title)
    files = [each for each in (attached, *others) if each is not None]
    told = [
        Dropped(0, each.name, "is attached to the mail; to read it, save it and give it as the post") for each in files
    ]
    return replace(reading, dropped=(*reading.dropped, *told))


def _parsed(source: Source) -> EmailMessage:
    """Return the mail, also when somebody has saved it as a text: in UTF-16, or with a byte order mark."""
    data = source.data.removeprefix(codecs.BOM_UTF8)
    if len(_CONTENT_TYPE.findall(data)) > _MOST_PARTS:
        hint = "Open the mail, select the text, copy it, and paste it."
        raise SourceError("has more parts than any mail", where=source.name, hint=hint, command="--from clipboard")
    text = "" if b"\x00" not in data[:200] else decode(data, source.name)
    data = text.encode() if text else data
    if _has_long_head(data):
        hint = "Open the mail, select the text, copy it, and paste it."
        raise SourceError("has a longer head than any mail", where=source.name, hint=hint, command="--from clipboard")
    message = email.message_from_bytes(data, policy=_POLICY)
    if not isinstance(message, EmailMessage):
        raise SourceError("is not a mail that can be read", where=source.name)
    for part in message.walk() if text else ():
        if (
            part.get_content_maintype() == "text"
            and str(part.get("Content-Transfer-Encoding", "8bit")).lower() in _AS_IS
        ):
            part.set_param("charset", "utf-8")
    return message


def _has_long_head(data: bytes) -> bool:
    """Whether more lines follow each other than a mail, one in it, or one of its parts has in its head."""
    lines = 0
    for line in data.splitlines():
        is_head = _FIELD.match(line) or (lines and line[:1] in {b" ", b"\t"})
        lines = lines + 1 if is_head else 0
        if lines > _LONGEST_HEAD:
            return True
    return False


def _read_attached(
    attached: Source, text: str, others: Sequence[Source], source: Source, clinic: Clinic, title: str
) -> Reading:
    """Read the post that is attached to a mail which says little more than that."""
    from newsletter.posts.reader import read_post  # noqa: PLC0415 - it reads mails by this module

    named = replace(attached, name=f"{source.name}, “{attached.name}”", corrections=source.corrections)
    try:
        reading = read_post(named, clinic)
    except SourceError:
        reading = read_post(named, clinic, title=title)
    lines = [" ".join(line.split()) for line in re.sub(r"<[^>]+>", "\n", text).splitlines()]
    told = [Dropped(0, line, "the mail to which the post is attached") for line in lines if line]
    told += [Dropped(0, each.name, "is attached to the mail, too") for each in others]
    return replace(reading, dropped=(*reading.dropped, *told))


def _read_body(body: MIMEPart, text: str, message: EmailMessage, source: Source, clinic: Clinic, title: str) -> Reading:
    page = str(message.get("Snapshot-Content-Location") or "")
    if body.get_content_subtype() == "html":
        return _read_html(_with_pictures(text, message), page, message, source, clinic, title)
    text, above = take_out_signature(text)
    text, signature = _without_signature(text)
    known = _facts(message, clinic)
    sent = replace(source, modified=_moment(message))
    reading = read_pasted(text, sent, clinic, title=title, subject=known.title, sender=known.sender)
    post = replace(reading.post, author=reading.post.author or known.author, date=reading.post.date or known.date)
    return replace(reading, post=post, dropped=(*above, *reading.dropped, *signature))


def _without_signature(text: str) -> tuple[str, list[Dropped]]:
    """Part a mail from its signature, which stands behind the last line of two dashes and a space.

    See RFC 3676, section 4.3. One above a mail that was passed on ends where that begins,
    and is taken out before.
    """
    lines = text.split("\n")
    marks = [number for number, line in enumerate(lines) if line.rstrip("\r") == "-- "]
    if not marks or not "".join(lines[: marks[-1]]).strip():
        return text, []
    behind = enumerate(lines[marks[-1] :], start=marks[-1] + 1)
    dropped = [Dropped(number, line.strip(), "the mail's signature") for number, line in behind if line.strip()]
    return "\n".join(lines[: marks[-1]]), dropped


def _read_html(html: str, page: str, message: EmailMessage, source: Source, clinic: Clinic, title: str) -> Reading:
    if page:
        saved = replace(source, modified=_moment(message) or source.modified, url=page)
        return read_page(html, saved, clinic, title=title)
    facts = _facts(message, clinic)
    soup = BeautifulSoup(html, "lxml")
    _open_headers(soup)
    _take_out_of_quotation(soup)
    return read_fragment(str(soup), replace(source, modified=_moment(message)), clinic, title=title, facts=facts)


def _open_headers(soup: BeautifulSoup) -> None:
    """Let each row of the table in which Thunderbird shows who wrote a mail be a line."""
    for table in soup.find_all("table", class_=_HEADERS):
        for row in table.find_all("tr"):
            line = soup.new_tag("p")
            line.string = " ".join(row.get_text(" ").split())
            table.insert_before(line)
        table.decompose()


def _take_out_of_quotation(soup: BeautifulSoup) -> None:
    """Take a mail that was passed on out of the quotations in which programs put it; its author quotes nobody."""
    quotes = soup.select('blockquote[type="cite"], blockquote.gmail_quote', limit=_MOST_QUOTES)
    passed_on = [quote for quote in quotes if _is_passed_on(quote)]
    outermost = [quote for quote in quotes if quote.find_parent("blockquote") is None]
    for quote in quotes if passed_on else ():
        if any(quote is each for each in (*passed_on, *outermost)):
            quote.unwrap()


def _is_passed_on(quote: Tag) -> bool:
    """Whether a quotation begins with who wrote what to whom, or stands below a line that says so and little else."""
    first = list(islice(quote.stripped_strings, _LATEST))
    if any(is_forwarded(text) or is_entry(text) for text in first) or is_attribution(" ".join(first)):
        return True
    texts = quote.find_all_previous(string=lambda text: bool(text) and type(text) is NavigableString)
    above = " ".join(" ".join(reversed(texts)).split())
    if len(above.split()) > 2 * MOST_ABOVE:
        return False
    return any(is_attribution(above[match.start() :]) for match in _ATTRIBUTES.finditer(above))


def _facts(message: EmailMessage, clinic: Clinic) -> Facts:
    moment = _moment(message)
    day = day_in(clinic.timezone, moment) if moment else None
    name, address = email.utils.parseaddr(str(message.get("From") or ""))
    return Facts(title=_title(message), author=name, sender=name or address, date=day)


def _text(body: MIMEPart, name: str) -> str:
    try:
        named = codecs.lookup(str(body.get_content_charset("utf-8"))).name.replace("_", "-")
        if named in _NO_CHARSETS:
            raise LookupError(named)  # noqa: TRY301 - as Python does for a name that it does not know
        return str(body.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows: it is found out as that of a file is
        data = body.get_payload(decode=True)
        return decode(data if isinstance(data, bytes) else b"", name)


def _title(message: EmailMessage) -> str:
    return without_prefix(" ".join(str(message.get("Subject") or "").split()))


def _moment(message: EmailMessage) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError, OverflowError):
        return None
    if not 1970 <= moment.year < 2200:  # at the calendar's ends it is no day in every zone
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _with_pictures(html: str, message: EmailMessage) -> str:
    """Put the pictures that travel with the mail into the text, as data addresses; not one thousands of times."""
    left = _MOST_OF_PICTURES
    for part in message.walk():
        if part.get_content_maintype() != "image":
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        address = f"data:{part.get_content_type()};base64,{base64.b64encode(data).decode()}"
        inside = str(part.get("Content-ID") or "").strip("<>")
        for name in filter(None, [f"cid:{inside}" if inside else "", str(part.get("Content-Location") or "")]):
            for sign in "\"'":
                quoted = f"{sign}{name}{sign}"
                left -= html.count(quoted) * len(address)
                if left > 0:
                    html = html.replace(quoted, f"{sign}{address}{sign}")
    return html


_AS_IT_CAME = EmailPolicy(refold_source="none")
"""Else the fields of an attached mail would be parsed to write them anew, and many a field cannot be."""
_POSTS = (".docx", ".html", ".htm", ".txt", ".md", ".markdown", ".eml")


def find_attached(message: EmailMessage) -> tuple[Source | None, list[Source]]:
    """Return the first attached file that can be a post, and all others."""
    files = list(_files(message))
    post = next((each for each in files if each.name.lower().endswith(_POSTS)), None)
    return post, [each for each in files if each is not post]


def _files(message: EmailMessage) -> Iterator[Source]:
    try:
        is_wrapping = message.get_content_type() == "message/rfc822"
        parts = [message] if is_wrapping else list(message.iter_attachments())
    except (AttributeError, KeyError, ValueError):  # a mail that is built wrongly
        return
    for part in parts:
        if part.get("Content-ID") and part.get_content_maintype() == "image":
            continue  # it stands in the text
        data = _data(part)
        kind = "mail.eml" if part.get_content_type() == "message/rfc822" else ""
        if data and (name := part.get_filename() or kind):
            yield Source(data=data, name=" ".join(name.split()))


def _data(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes(policy=_AS_IT_CAME) if isinstance(first, EmailMessage) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
