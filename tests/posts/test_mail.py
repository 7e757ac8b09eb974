"""Mails: the post without the signature that every mail of its sender ends with."""

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, PROSE

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
