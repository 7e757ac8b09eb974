"""Mails: the post without the signature that every mail of its sender ends with."""

from email.message import EmailMessage

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, PROSE
from tests.posts.word_file import word_file

HEAD = (
    "From: Kim Vale <kim@example.org>\nTo: a@example.org\nSubject: Winter Light\n"
    "Message-ID: <1@example.org>\nMIME-Version: 1.0\n"
)


def read(body: str, kind: str = "plain") -> Reading:
    return read_post(Source(data=f"{HEAD}Content-Type: text/{kind}\n\n{body}".encode(), name="post.eml"), CLINIC)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_signature_of_a_plain_mail(end: str) -> None:
    """What stands behind two dashes and a space is left out, and told."""
    reading = read(f"{PROSE}\n\n{PROSE}\n\n-- \nKim Vale\nDirector\n".replace("\n", end))
    assert reading.post.body == f"{PROSE}\n\n{PROSE}"
    assert [dropped.text for dropped in reading.dropped] == ["--", "Kim Vale", "Director"]


def test_dashes_that_are_no_signature() -> None:
    """A line of dashes without the space parts sections, and what follows is the author's."""
    assert read(f"{PROSE}\n\n--\n\n{PROSE}\n").post.body.count(PROSE) == 2


def test_signature_of_an_html_mail() -> None:
    """The mark that the mail program set tells it."""
    body = f"<p>{PROSE}</p><p>{PROSE}</p><div class='gmail_signature'>Kim Vale<br>Director</div>"
    assert read(body, "html").post.body == f"{PROSE}\n\n{PROSE}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable"])
def test_mail_in_another_encoding(encoding: str, transfer: str) -> None:
    """A mail that was saved as text keeps its letters, whatever it says of them."""
    said = PROSE.replace("a", "á") if transfer == "8bit" else PROSE.replace("a", "=E1")
    mail = f"{HEAD}Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: {transfer}\n\n{said}\n"
    if transfer == "8bit" and encoding == "utf-8-sig":
        mail = mail.replace("iso-8859-1", "utf-8")
    reading = read_post(Source(data=mail.encode(encoding), name="post.eml"), CLINIC)
    assert (reading.post.title, reading.post.body) == ("Winter Light", PROSE.replace("a", "á"))


@pytest.mark.parametrize(
    "charset", ["punycode", "IDNA", "unicode_escape", "raw-unicode-escape", "utf-7", "UTF7", "rot13", "hex", "x-none"]
)
def test_mail_in_no_character_set(charset: str) -> None:
    """Python knows more codecs than there are character sets; the text is read as what it looks like."""
    said = rf"{PROSE} The folder is C:\new\table, and 1 +ADw- 2."
    mail = f"{HEAD}Content-Type: text/plain; charset={charset}\n\n{said}\n"
    reading = read_post(Source(data=mail.encode(), name="post.eml"), CLINIC)
    assert plain_lines(reading.post.body) == [said]


def attached(body: str, name: str, data: bytes) -> Reading:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Kim Vale <kim@example.org>", "The post", "<1@x>"
    message.set_content(body)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return read_post(Source(data=message.as_bytes(), name="post.eml"), CLINIC)


def test_post_that_is_attached() -> None:
    """When the mail only says so, the attached document is the post, and the mail's words are told."""
    reading = attached("See attached.\n", "post.docx", word_file([("Title", "Rest"), ("", PROSE)]))
    assert (reading.post.title, reading.post.body) == ("Rest", PROSE)
    assert [(each.text, each.reason) for each in reading.dropped] == [
        ("See attached.", "the mail to which the post is attached")
    ]


def test_file_beside_the_post() -> None:
    """When the mail is the post itself, what is attached is told."""
    reading = attached(f"{PROSE} {PROSE} {PROSE} {PROSE}\n", "plan.pdf", b"%PDF-1.4")
    assert reading.post.body.count(PROSE) == 4
    assert [each.text for each in reading.dropped] == ["plan.pdf"]


HEADER = ("From: Ida Holm <ida@example.org>", "Date: Thu, Nov 5, 2026 at 9:12 AM", "Subject: Winter Light")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("plain", "---------- Forwarded message ---------\n{lines}\n\n{prose}\n"),
        ("plain", "For the newsletter, please.\n\nBegin forwarded message:\n\n{lines}\n\n{prose}\n"),
        ("html", "<div>FYI</div><div>---------- Forwarded message ---------<br>{rows}<br></div><p>{prose}</p>"),
        ("html", "<div><p>{rows}</p></div><p>{prose}</p>"),
        ("html", "<div>-----Original Message-----</div><div>{blocks}</div><p>{prose}</p>"),
    ],
)
def test_mail_that_was_passed_on(kind: str, body: str) -> None:
    """Its own header is left out and told; who wrote it first is the author."""
    lines = [*HEADER, "To: Kim Vale <kim@example.org>"]
    rows = [line.replace("<", "&lt;").replace("From:", "<b>From:</b>") for line in lines]
    blocks = "".join(f"<div>{row}</div>" for row in rows)
    reading = read(body.format(lines="\n".join(lines), rows="<br>".join(rows), blocks=blocks, prose=PROSE), kind)
    assert (reading.post.title, reading.post.author, str(reading.post.date)) == (
        "Winter Light",
        "Ida Holm",
        "2026-11-05",
    )
    assert reading.post.body == PROSE
    assert {line for line in lines if line in {each.text for each in reading.dropped}} == set(lines)
