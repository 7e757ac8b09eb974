"""Whatever is handed in: a post, or a clear word on why not; never a hang or another error."""

import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.issues.make import post_file
from newsletter.posts import Source
from newsletter.posts.feed import list_feed
from newsletter.posts.reader import read_post
from newsletter.posts.source import LARGEST_FILE, open_source
from newsletter.posts.word import word_to_html
from tests.posts.corpus_case import CORPUS, SAVED
from tests.posts.test_pasted import CLINIC, PROSE

WORD = (CORPUS / "word-styled" / "post.docx").read_bytes()


def read(data: bytes | str, name: str = "post") -> str:
    source = Source(data=data.encode() if isinstance(data, str) else data, name=name, modified=SAVED)
    return post_file(read_post(source, CLINIC).post)


def page(body: str, title: str = "Elm Street") -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (page("<h1>Log in</h1><form><input type=password></form>", "Log in"), "page to log in"),
        (page("<h1>404</h1><p>Page not found</p>", "Not found"), "error page"),
        (page("<div><a href='/'>Home</a></div>"), "no article is found"),
        (page(""), "no article is found"),
        ("<rss version='2.0'><channel><title>A</title></channel></rss>", "without any post"),
        (WORD[: len(WORD) // 2], "damaged Word document"),
        (packed(word__document_xml=b"<broken"), "damaged Word document"),
        (packed(a_txt=b"Hello"), "packed file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Word file or a protected one"),
        (
            "From: a@example.org\nSubject: A\nMessage-ID: <1>\nMIME-Version: 1.0\nContent-Type: image/png\n\nAAAA",
            "without a text",
        ),
        ("---\ntitle: [A\n---\n\nText.\n", "title"),
        ("---\ntags: x\n---\n\nText.\n", "has no title"),
    ],
)
def test_what_is_no_post(data: bytes | str, words: str) -> None:
    """Each is refused in words that name what it is."""
    if words == "title":
        assert "title: '[A'" in read(data)
        return
    with pytest.raises(SourceError, match=words):
        read(data)


def test_word_file_that_unpacks_to_very_much() -> None:
    """A packed file that would fill the memory is refused before it is unpacked."""
    bomb = packed(word__document_xml=b"<" * 300_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(SourceError, match="unpacks to more"):
        word_to_html(bomb, "post.docx")


@pytest.mark.parametrize("line", ["Short line\n", "a " * 50 + "\n"])
def test_text_that_is_no_post(line: str) -> None:
    """A text that is longer than any post is refused before it is looked into."""
    with pytest.raises(SourceError, match="longer than any post"):
        read(f"A Title\n{line * (1_200_000 // len(line))}")


def test_very_large_file(tmp_path: Path) -> None:
    """More than any post has is not even read to its end."""
    path = tmp_path / "post.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 10)
    with pytest.raises(SourceError, match="has more than"):
        open_source(str(path))


PILED_UP = [
    "*" * 40_000,
    "<" * 40_000,
    "![" * 20_000,
    "[a](" * 10_000,
    "<div>" * 8_000,
    "Short line\n" * 4_000,
    "• a bullet of its own\n" * 2_000,
    "**a " * 10_000,
    "_" * 40_000,
    "[" * 40_000,
    "(" * 40_000,
    "> " * 20_000,
    "1. " * 13_000,
    "- " * 20_000,
    "{{" * 20_000,
    "`" * 40_000,
    "a.b." * 10_000,
    "www." * 10_000,
    "a@" * 20_000,
    "# " * 20_000,
    "#a " * 13_000,
    "A " * 20_000,
    "Aa, " * 10_000,
    "1 min " * 7_000,
    "share this " * 4_000,
    "updated: " * 5_000,
    "A: b " * 8_000,
]
GROWING = [
    *("*", "_", "[", "<", "(", "![", "[a](", "<div>", "a@", "www.", "A ", "{{", "- ", "> ", "#a "),
    *("Short line\n", "A Line Like a Heading\n", "• a bullet\n", "1. an entry\n", "\ta\tb\n", "By Kim Vale\n"),
    *("Comments\n", "November 3, 2026\n", "About Kim Vale\n", "12 Elm Street\n", "and the light went on,\n"),
    *("What is it?\nIt is what we have all of the time.\n", "Sleep: enough of it\n", "  - set in\n", "Tags:\n"),
]
LONGEST_WAIT = 120
"""Seconds, some two hundred times what a quiet machine needs: only what goes round in circles takes longer."""


@pytest.mark.parametrize("around", ["A Title\n{}\n" + PROSE, "{}", "# A Title\n\n{}\n", "<h1>A Title</h1><p>{}</p>"])
def test_piled_up_marks(around: str) -> None:
    """Forty thousand marks of one kind are read, or refused, and the reader never goes round in circles.

    They are read by a process of their own, which can be ended while it is still inside a search.
    """
    sources = json.dumps([around.format(text) for text in PILED_UP])
    command = [sys.executable, str(Path(__file__).with_name("reading_process.py"))]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii")
    try:
        told, _ = child.communicate(sources, timeout=LONGEST_WAIT)
    except subprocess.TimeoutExpired:
        child.kill()
        told, _ = child.communicate()
    done = len(told.split())
    assert done == len(PILED_UP), f"came to no end, or broke, at {PILED_UP[done][:12]!r}"
    assert child.returncode == 0


@pytest.mark.parametrize("piece", GROWING, ids=repr)
def test_time_grows_with_the_text(piece: str) -> None:
    """Four times as much of anything takes some four times as long, and not sixteen: nothing is compared with all."""
    once, four_times = (min(seconds(piece, count) for _ in range(2)) for count in (6_000, 24_000))
    assert four_times < 9 * once + 0.01


def seconds(piece: str, length: int) -> float:
    """Return the processor's time for reading a post with so many characters of one kind in it."""
    text = f"A Title\n{PROSE}\n{piece * (length // len(piece))}\n{PROSE}"
    start = time.process_time()
    with contextlib.suppress(SourceError):
        read(text)
    return time.process_time() - start


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "table><tr><td", "span", "p"])
def test_deeply_nested_page(tag: str) -> None:
    """Ten thousand elements inside one another are read, or refused, and nothing breaks."""
    opened = f"<{tag}>" * 5_000
    with contextlib.suppress(SourceError):
        read(page(f"<article><h1>A Title</h1>{opened}{PROSE * 3}</article>"))


@pytest.mark.parametrize("around", ["{}", "<h1>A Title</h1>{}"])
def test_nothing_but_tags(around: str) -> None:
    """Forty thousand opened elements are a page, and refused as one that is nested too deeply."""
    with pytest.raises(SourceError, match="nested too deeply"):
        read(around.format("<div>" * 40_000))


TAGS = ["<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<h2>", "</h2>", "<br>", "<a href='x'>", "</a>"]
TAGS += ["<img src=y>", "<table>", "<td>", "<!-- -->", "<div>", "</div>", "<i>", "</i>", "<pre>", "</pre>"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*TAGS, "word,", ".", "&lt;", "*", "_", "#", "1."]), max_size=60))
def test_any_soup_of_tags(parts: list[str]) -> None:
    """However broken the HTML is, there is a post or a refusal."""
    with contextlib.suppress(SourceError):
        read(f"<h1>A Title</h1><p>{PROSE}</p>" + " ".join(parts))


def test_feed_with_impossible_dates() -> None:
    """A date that is none leaves the post without one."""
    items = "".join(
        f"<item><title>{day}</title><pubDate>{day}</pubDate><description>x</description></item>"
        for day in ("yesterday", "32 Foo 2026", "", "Mon, 02 Nov 2026 25:61:00 +0000")
    )
    source = Source(data=f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), name="feed")
    assert {entry.date for entry in list_feed(source, CLINIC)} <= {None, dt.date(2026, 11, 3)}
