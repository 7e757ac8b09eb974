"""Markdown, and links in whatever is read: what a mail cannot carry becomes a link, and trackers go."""

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, PROSE


def read(text: str, name: str = "post.md") -> Reading:
    return read_post(Source(data=text.encode(), name=name), CLINIC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org/a?utm_source=x&fbclid=1&id=3", "https://example.org/a?id=3"),
        ("https://example.org/a?utm_source=x&utm_medium=y#part", "https://example.org/a#part"),
        ("https://example.org/a?q=a+b%20c&b", "https://example.org/a?q=a+b%20c&b"),
        ("www.example.org/a?gclid=7", "www.example.org/a"),
        ("https://www.google.com/url?q=https://example.org/a%3Fid%3D3%26fbclid%3D1&sa=D", "https://example.org/a?id=3"),
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=05",
            "https://example.org/a",
        ),
        ("https://urldefense.com/v3/__https://example.org/a__;!!AB!xyz$", "https://example.org/a"),
        ("https://urldefense.com/v3/__https:/example.org/a__;!!AB!xyz$", "https://example.org/a"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a&d=x&c=y", "https://example.org/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1&h=AT0", "https://example.org/a"),
        ("https://secure-web.cisco.com/1x/https%3A%2F%2Fexample.org%2Fa", "https://example.org/a"),
    ],
)
@pytest.mark.parametrize(
    "source", ["A Title\n\n{prose} See {link} for more.", "# A Title\n\n{prose} [Here]({link}), {link}."]
)
def test_trackers_go(source: str, typed: str, kept: str) -> None:
    """In pasted text and in Markdown the address stays, and what follows people around does not."""
    body = read(source.format(prose=PROSE, link=typed), "post").post.body
    assert kept in body
    for mark in ("utm_", "fbclid", "gclid", "google", "safelinks", "urldefense", "facebook", "cisco"):
        assert mark not in body


def test_players_and_forms_become_links() -> None:
    """A film in Markdown is a link to it, a form a link to the page, and the words in it stay."""
    reading = read(
        "---\ntitle: A Title\nlink: https://example.org/a\n---\n\n"
        f'{PROSE}\n\n<iframe src="https://www.youtube.com/embed/abc" width="5"></iframe>\n\n'
        f"<script>run()</script>\n\n<form><p>{PROSE}</p><input type=text><button>Send</button></form>\n\n"
        "```\n<iframe src='https://example.org'></iframe>\n```\n"
    )
    body = reading.post.body
    assert "[Watch or listen on the website](<https://www.youtube.com/watch?v=abc>)" in body
    assert "[Fill in the form on the website](<https://example.org/a>)" in body
    assert body.count(PROSE) == 2
    assert body.count("<iframe") == 1  # in the code
    assert [each.text for each in reading.dropped] == ["<script>run()</script>", "Send"]
