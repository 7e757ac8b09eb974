"""A message becomes one person's mail, and nothing in a name can break it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import IssueError
from newsletter.message import (
    UNSUBSCRIBE_PLACEHOLDER,
    Attachment,
    Context,
    InlineImage,
    MergeField,
    Message,
    Recipient,
    build_mime,
    fill_message,
)
from newsletter.message.headers import mailbox, safe_header

DATE = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
NAME = MergeField(1, "first_name", "there")
AWKWARD = "O'Brien & Sons <b>"


def make_message(subject: str = "News for {}", **changes: object) -> Message:
    """Return a message that greets its reader in subject, HTML and text."""
    values: dict[str, object] = {
        "subject": subject.replace("{}", NAME.placeholder(Context.SUBJECT)),
        "preheader": "",
        "html": f'<p>Hello {NAME.placeholder(Context.HTML)}</p><a href="{UNSUBSCRIBE_PLACEHOLDER}">Leave</a>',
        "text": f"Hello {NAME.placeholder(Context.TEXT)}\nLeave: {UNSUBSCRIBE_PLACEHOLDER}",
        "from_name": "Elm Street",
        "from_email": "news@example.org",
        "reply_to": "hello@example.org",
        "fields": (NAME,),
    }
    return Message(**(values | changes))  # type: ignore[arg-type]


def make_reader(
    first_name: str = "Sam", *, url: str = "https://example.org/u/abc", one_click: bool = True
) -> Recipient:
    """Return a reader of this name."""
    return Recipient(
        ref="r1", email="reader@example.org", first_name=first_name, unsubscribe_url=url, one_click=one_click
    )


def sent_and_parsed(mail: EmailMessage) -> EmailMessage:
    """Return the mail as a receiver reads it from the wire."""
    return message_from_bytes(mail.as_bytes(), _class=EmailMessage, policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    """Return one of the mail's parts as text."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_an_awkward_name_is_right_everywhere() -> None:
    """O'Brien & Sons <b> is escaped in HTML, and stands as it is in text and subject."""
    mail = sent_and_parsed(build_mime(make_message(), make_reader(AWKWARD), date=DATE))
    assert mail["Subject"] == f"News for {AWKWARD}"
    assert f"Hello {AWKWARD}\n" in part(mail, "plain")
    assert "<b>" not in part(mail, "html")
    assert AWKWARD in unescape(part(mail, "html"))


@pytest.mark.parametrize(
    "name", ["Sam\r\nBcc: all@example.org", "Sam\n\nHello", "Sam\u2028Bcc: x", "Sam\x00\x0b", "Sam\ud800", "Sam\u202e"]
)
def test_a_line_break_in_a_name_begins_no_header(name: str) -> None:
    """Whatever breaks lines in a name becomes a space, so that no header is smuggled in."""
    mail = sent_and_parsed(build_mime(make_message(), make_reader(name), date=DATE))
    assert "Bcc" not in mail
    assert mail["Subject"].startswith("News for Sam")
    assert mail["To"] == "reader@example.org"


def test_a_comma_in_a_sender_name_adds_no_address() -> None:
    """A comma in the clinic's name is part of the name."""
    message = make_message(from_name="Elm Street, Psychiatry & Care")
    mail = sent_and_parsed(build_mime(message, make_reader(), date=DATE))
    assert [address.addr_spec for address in mail["From"].addresses] == ["news@example.org"]
    assert mail["From"].addresses[0].display_name == "Elm Street, Psychiatry & Care"


@given(st.text(max_size=300).filter(lambda text: "{}" not in text))
def test_any_subject_survives_the_wire(text: str) -> None:
    """Headers are read back as they were meant, whatever a person typed, and no header is added."""
    subject = text.encode("utf-8", "ignore").decode()
    mail = build_mime(make_message(subject), make_reader(), date=DATE)
    parsed = sent_and_parsed(mail)
    assert sorted(parsed.keys()) == sorted(mail.keys())
    assert parsed["Subject"] == safe_header(subject)


@pytest.mark.parametrize("word", ["=?utf-8?q?x=0D=0ABcc:_all=40example.org?=", "=?UTF-8?B?DQpCY2M6IGE=?="])
def test_an_encoded_word_hides_no_line_break(word: str) -> None:
    """Text in the shape of an encoded word (CVE-2024-6923) is never decoded into a new header."""
    mail = sent_and_parsed(build_mime(make_message(), make_reader(word), date=DATE, subject_prefix="[Test] "))
    assert "Bcc" not in mail
    assert "\n" not in mail["Subject"]
    assert mail["Subject"].startswith("[Test] ")
    assert not safe_header(word).startswith("=?")


def test_a_long_unsubscribe_link_stays_whole() -> None:
    """List-Unsubscribe is never folded or encoded: mail programs read it letter by letter."""
    url = "https://example.org/u/" + "a" * 200
    raw = build_mime(make_message(), make_reader(url=url), date=DATE).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_mailto_link_offers_no_one_click() -> None:
    """RFC 8058 wants https: the one-click header is left out beside a mailto link."""
    reader = make_reader(url="mailto:hello@example.org?subject=leave", one_click=False)
    mail = build_mime(make_message(), reader, date=DATE)
    assert mail["List-Unsubscribe"] == "<mailto:hello@example.org?subject=leave>"
    assert "List-Unsubscribe-Post" not in mail


def test_the_link_is_escaped_in_html_alone() -> None:
    """An ampersand in the unsubscribe link is an entity in HTML and plain in text."""
    filled = fill_message(make_message(), make_reader(url="https://example.org/?a=1&b=2"))
    assert 'href="https://example.org/?a=1&amp;b=2"' in filled.html
    assert filled.text.endswith("https://example.org/?a=1&b=2")


def test_the_text_comes_first() -> None:
    """The parts stand in the order that mail programs expect: text, then HTML."""
    mail = build_mime(make_message(), make_reader(), date=DATE)
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [found.get_content_type() for found in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_pictures_travel_beside_the_html() -> None:
    """An embedded picture is a related part that the HTML can name by its content id."""
    image = InlineImage("walk.1@newsletter", "walk.png", "image/png", b"\x89PNG")
    mail = sent_and_parsed(build_mime(make_message(images=(image,)), make_reader(), date=DATE))
    found = [inner for inner in mail.walk() if inner.get_content_type() == "image/png"]
    assert [inner["Content-ID"] for inner in found] == ["<walk.1@newsletter>"]
    assert found[0].get_payload(decode=True) == b"\x89PNG"
    assert "Hello Sam" in part(mail, "html")


def test_a_calendar_file_is_attached() -> None:
    """A file beside the mail is an attachment under its own name, and the parts stay what they are."""
    file = Attachment("walk.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    mail = sent_and_parsed(build_mime(make_message(attachments=(file,)), make_reader(), date=DATE))
    (found,) = mail.iter_attachments()
    assert (found.get_filename(), found.get_content_type()) == ("walk.ics", "text/calendar")
    assert found.get_payload(decode=True) == file.data
    assert part(mail, "plain").startswith("Hello Sam")


def test_the_same_delivery_keeps_its_message_id() -> None:
    """The Message-ID follows from the delivery alone, so that a copy is known as one."""
    first, second = (build_mime(make_message(), make_reader(), date=DATE)["Message-ID"] for _ in range(2))
    assert first == second == "<r1@example.org>"


def test_an_address_that_no_header_can_hold_is_refused() -> None:
    """A broken address is an error, not a broken mail."""
    with pytest.raises(IssueError, match="cannot be used in a mail header"):
        mailbox("Sam", "no address\r\nBcc: x@example.org")
