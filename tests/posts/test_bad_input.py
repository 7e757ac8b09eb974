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
from newsletter.posts.fetching import Fetcher
from newsletter.posts.gathering import Gatherer
from newsletter.posts.reader import read_post
from newsletter.posts.source import LARGEST_FILE, open_source
from newsletter.posts.word import word_to_html
from tests.posts.corpus_case import CORPUS, SAVED
from tests.posts.test_pasted import CLINIC, PROSE

pytestmark = pytest.mark.heavy

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
LONGEST_WAIT = 600
"""Seconds, some five hundred times what a quiet machine needs: only what goes round in circles takes longer."""


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
    """Four times as much of anything takes some four times as long, and not sixteen: nothing is compared with all.

    What a busy machine does to one measurement, it seldom does to three.
    """
    assert any(seconds(piece, 24_000) < 9 * seconds(piece, 6_000) + 0.01 for _ in range(3))


@pytest.mark.parametrize("mark", [">", " >", "-", "—", ".", "!", "…", "*", "|", "· "])
def test_long_row_of_marks_inside_a_line(mark: str) -> None:
    """What is looked for at a line's end is not looked for anew from each of its places."""
    text = f"A Title\n\n{PROSE}\n\nSo it is {mark * 60_000} x\n\n{PROSE}"
    start = time.process_time()
    with contextlib.suppress(SourceError):
        read(text)
    assert time.process_time() - start < 5


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


@settings(suppress_health_check=[HealthCheck.too_slow])
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


MAIL = "From: {}\nSubject: Elm Street\nMessage-ID: <1>\nDate: {}\nMIME-Version: 1.0\nContent-Type: {}\n\n{}"
DAY = "Tue, 3 Nov 2026 10:00:00 +0000"
LD = "<html><head><title>Elm Street</title><script type='application/ld+json'>{}</script></head><body><article>{}"
ARTICLE = f"<h1>Elm Street</h1><p>{PROSE}</p></article></body></html>"
INNER = f"From: b@example.org\nSubject: Elm Street\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{PROSE}"
WRAPPED = "Content-Type: message/rfc822\n\n"
FEED = "<rss version='2.0'><channel><title>A</title><item><title>Elm Street{}</title>{}<description>{}</description>"


@pytest.mark.parametrize(
    "data",
    [
        *(f"Elm Street\n\n{PROSE}\n\n{line}\n" for line in (
            "Website: https://[yourclinic.com]/blog", "www.[x].org", "http://[", "Web: http://[::1", "https://a]b[c/",
        )),
        *(page(f"<article><h1>Elm Street</h1><p>{PROSE} <a href='{link}'>Kim</a></p></article>") for link in (
            "http://[", "//[x]/", "https://a:port/", "http://[::1", "mailto:[",
        )),
        page(f"<base href='http://['><article><h1>Elm Street</h1><p>{PROSE} <a href='a'>Kim</a></p></article>"),
        *(LD.format(data, ARTICLE) for data in (
            '[[{"@type":[["Article"]]}]]', '{"@type":{"a":1},"author":[[1]]}', "[" * 20_000, '"\\ud800"', "1e999",
            '{"@type":"Article","datePublished":"2026-11-03T10:00:00+25:00"}',
            '{"@type":"Article","datePublished":"2026-11-03T10:00:00.' + "9" * 400 + '"}',
            '{"@type":"Article","headline":"\\ud83c","author":{"name":"Kim \\udf83"}}',
        )),
        *(MAIL.format(sender, DAY, "text/plain", PROSE) for sender in (
            '"', "<", "(" * 3_000, "=?klingon?b?AAAA?=", "=?utf-8?q?=ff=?=", '"a" ' * 2_000, "a@[", ";:,",
        )),
        *(MAIL.format("a@example.org", date, "text/plain", PROSE) for date in (
            "Tue, 3 Nov 99999999999999999999 10:00:00 +0000", "3 Nov 0001 00:00 +2300", "31 Dec 9999 23:59 -1200",
            "3 Nov 2026 10:00:00 +9999", "", "()",
        )),
        *(MAIL.format("a@example.org", DAY, kind, PROSE) for kind in (
            "text/plain; charset=klingon", 'text/plain; charset="', "text/plain; charset*=x'y'z", "text/plain; ; =",
            "text/plain; charset=utf-8; charset=latin-1", "",
        )),
        MAIL.format("a@example.org", DAY, "message/rfc822", INNER),
        MAIL.format("a@example.org", DAY, "message/rfc822", f"Date: 3 Nov {'9' * 30} 10:00 +0000\n{INNER}"),
        MAIL.format("a@example.org", DAY, "multipart/mixed; boundary=b", f"--b\n{WRAPPED}{INNER}"),
        *(FEED.format(sign, "", PROSE) for sign in ("&#xD800;", "&#xdfff;", "&#55357;", "&#99999999999;", "\\ud800")),
        *(FEED.format("", f"<pubDate>{date}</pubDate>", PROSE) for date in (
            "Tue, 03 Nov 99999999999999999999 10:00:00 GMT", "Tue, 03 Nov 2026 10:00:00 +2500", "0001-01-01", "()",
        )),
        *(f"---\ntitle: Elm Street\n{line}\n---\n\n{PROSE}\n" for line in (
            'author: "Kim \\ud800"', "date: 99999999-01-01", "link: http://[", "date: 2026-11-03T10:00:00.1+01:00",
        )),
        f"Elm Street\n\n{PROSE}\n\nZ" + "\u0301\u0323" * 100_000,
    ],
)  # fmt: skip
def test_small_oddities_spoil_no_post(data: str) -> None:
    """What nobody meant is passed over: the title and the text around it are read, and can be written down."""
    written = read(data, "post.md" if data.startswith("---") else "post").encode().decode()
    assert "Elm Street" in written
    assert PROSE in written


@pytest.mark.parametrize(
    ("data", "words"),
    [
        *((f"---\ntitle: A\n{line}\n---\n\n{PROSE}\n", "not understood") for line in (
            "date: !!timestamp x", "date: 2026-11-03T10:00:00+25:00", "x: !!int ''", "x: !!float y", "x: !!bool z",
            "x: " + "[" * 1_500, "x: &a [1]\ny: [*a, *a]", "x: !!python/object:os.system {}",
        )),
        (f"---\ntitle: A\nx: {'a' * 60_000}\n---\n\n{PROSE}\n", "longer than any"),
    ],
)  # fmt: skip
def test_front_matter_that_no_parser_takes(data: str, words: str) -> None:
    """It is refused with the file and the line."""
    with pytest.raises(SourceError, match=words) as caught:
        read(data)
    assert caught.value.where.startswith("post:")


def _word(body: str, **more: bytes) -> bytes:
    """Return the sample document with another body."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(io.BytesIO(WORD)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = f"<w:document {space}><w:body>{body}</w:body></w:document>".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **more}.items():
            archive.writestr(name, data)
    return out.getvalue()


PARAGRAPH = "<w:p><w:r><w:t>A walk at noon helps.</w:t></w:r></w:p>"
CELL = f"<w:tc>{PARAGRAPH}</w:tc>"
RUNS = "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r>"
DELETED = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
PART = "--b\nContent-Type: text/plain\n\nx\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_word(PARAGRAPH * 50_000), "longer than any post"),
        (_word(PARAGRAPH + "<w:p/>" * 50_000), "longer than any post"),
        (_word(f"{PARAGRAPH}<w:tbl><w:tr>{CELL * 50}</w:tr></w:tbl>" * 200), "longer than any post"),
        (_word(PARAGRAPH + f"<w:p>{RUNS * 9_000}</w:p>"), "longer than any post"),
        (_word(f"<w:tbl>{f'<w:tr>{CELL}</w:tr>' * 40_000}</w:tbl>"), "longer than any post"),
        (_word(PARAGRAPH + f"<w:p>{DELETED}{RUNS}</w:p>" * 12_000), "longer than any post"),
        (_word("<w:p><w:r><w:t>" + "a" * 30_000_000 + "</w:t></w:r></w:p>"), "unpacks to more"),
        (_word("<w:tbl><w:tr><w:tc>" * 400 + PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 400), "damaged Word document"),
        ("<p>A Title</p>" + "<p>A walk at noon helps.</p>" * 8_000, "more parts than any post"),
        (page("<article><h1>T</h1><p>" + PROSE * 20_000 + "</article>"), "longer than any post"),
        (page("<b>" * 3_000_000), "more in it than any page"),
        (page("<b>" * 20_000), "nested too deeply"),
        ("<rss version='2.0'><channel>" + "<item><title>A</title></item>" * 20_000, "more posts than any blog"),
        (MAIL.format("a@example.org", DAY, "multipart/mixed; boundary=b", PART * 20_000), "more parts than any mail"),
        ("A: b\n" * 100_000 + MAIL.format("a@example.org", DAY, "text/plain", PROSE), "longer head than any mail"),
        (MAIL.format("a@example.org" + ",\n b@example.org" * 50_000, DAY, "text/plain", PROSE), "longer head"),
        (MAIL.format("a@example.org", DAY, "multipart/mixed; boundary=b", "--b\n" + "X: y\n" * 5_000), "longer head"),
        (MAIL.format("a@example.org", DAY, "message/rfc822", "X: y\r" * 50_000), "longer head"),
        (f"# T\n\n{PROSE}\n\n" + "<iframe " * 100_000, "more players"),
        (f"# T\n\n{PROSE}\n\n" + "<script>" * 100_000, "more players"),
        (f"# T\n\n{PROSE}\n\n" * 20_000, "longer than any post"),
    ],
)  # fmt: skip
def test_what_is_larger_than_any_post(data: bytes | str, words: str) -> None:
    """It is refused before it is read, in words that say why."""
    begun = time.process_time()
    with pytest.raises(SourceError, match=words):
        read(data, "post.md" if isinstance(data, str) and data.startswith("#") else "post")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "data",
    [
        MAIL.format("a@example.org", DAY, "text/plain", PROSE).replace("Elm", "Elm " + "=?utf-8?q?a?= " * 20_000),
        MAIL.format('"a" ' * 200_000, "a" * 1_000_000, "text/plain; " + "a=b;" * 100_000, PROSE),
        "Elm\n\n" + "sleep comes more easily when the evening is slow and the\n" * 8_000,
        f"# Elm\n\n{PROSE}\n\n" + f"```{' a' * 20}\n" * 20_000 + "<",
        f"# Elm\n\n{PROSE}\n\n" + "![a](" * 150_000,
        f"# Elm\n\n{PROSE}\n\n" + "![" * 400_000,
        f"# Elm\n\n{PROSE}\n\n![a](" + "!" * 400_000,
        f"# Elm\n\n{PROSE}\n\n![a](" + "a" * 400_000,
        f"# Elm\n\n{PROSE}\n\n![" + "a" * 400_000,
    ],
)
def test_what_takes_long_to_look_through(data: str) -> None:
    """Searches whose time would grow with the square of a text's length are kept from it."""
    begun = time.process_time()
    gathered = Gatherer(clinic=CLINIC, choose=lambda found, _: found, fetcher=Fetcher(), with_pictures=False)
    (found,) = gathered.read(Source(data=data.encode(), name="post.md"), "post.md")
    assert "Elm" in found.reading.post.title
    assert time.process_time() - begun < 10
