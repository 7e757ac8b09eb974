"""What somebody has corrected is heeded in the next post, in whichever form that comes."""

from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.errors import WorkspaceError
from newsletter.posts import Reading, Source
from newsletter.posts.corrections import FILE, Became, read_corrections, remember
from newsletter.posts.reader import read_post
from tests.posts.renderings import RENDERINGS, Part
from tests.posts.test_pasted import CLINIC, NOON

PROSE = "A walk at noon helps more than it seems, and it costs nothing at all."
FORMS = ["pasted text", "page of WordPress", "mail", "plain mail", "Markdown"]


def _read(folder: Path, data: bytes) -> Reading:
    source = Source(data=data, name="post", modified=NOON, corrections=read_corrections(folder))
    return read_post(source, CLINIC)


def _text(*lines: str) -> bytes:
    return "\n\n".join(["Rest in Winter", PROSE, *lines]).encode()


@pytest.mark.parametrize("form", FORMS)
def test_what_was_left_out_is_left_out_again(form: str, tmp_path: Path) -> None:
    """With other numbers, too; and it is told why."""
    parts: list[Part] = [("paragraph", PROSE), ("paragraph", "From our quiet corner, no. 12"), ("paragraph", PROSE)]
    data = RENDERINGS[form]("Rest in Winter", parts)
    assert "quiet corner" in _read(tmp_path, data).post.body

    assert remember(tmp_path, [("From our quiet corner, no. 7", Became.LEFT_OUT)]) == 1

    reading = _read(tmp_path, data)
    assert "quiet corner" not in reading.post.body
    assert reading.post.body.count(PROSE) == 2
    assert [each.reason for each in reading.dropped if "quiet corner" in each.text] == [
        "such a line was left out before (reading.toml)"
    ]


@pytest.mark.parametrize("form", ["pasted text", "page of WordPress", "mail"])
def test_what_was_put_back_stays(form: str, tmp_path: Path) -> None:
    """Also a line that only says how to reach the clinic, and one of a share row."""
    lines = ["Call us: 508-555-0100", "Share this post"]
    parts: list[Part] = [("paragraph", PROSE), *(("paragraph", line) for line in lines)]
    data = RENDERINGS[form]("Rest in Winter", parts)
    assert not any(line in _read(tmp_path, data).post.body for line in lines)

    remember(tmp_path, [("Share this post", Became.TEXT)])
    (tmp_path / FILE).write_text('text = ["Share this post", "Call us: {number}-{number}-{number}"]\n', "utf-8")

    assert all(line in _read(tmp_path, data).post.body for line in lines)


def test_headings_and_texts(tmp_path: Path) -> None:
    """A line becomes a heading, and a heading becomes text."""
    before = _read(tmp_path, _text("Small steps", PROSE, "– tea, bread,", PROSE)).post.body
    assert "## Small steps" in before
    assert "## – tea, bread," not in before

    remember(tmp_path, [("Small steps", Became.TEXT), ("– tea, bread,", Became.HEADING)])

    after = _read(tmp_path, _text("Small steps", PROSE, "– tea, bread,", PROSE)).post.body
    assert "\n\nSmall steps\n\n" in after
    assert "## – tea, bread," in after


def test_a_byline_tells_the_author(tmp_path: Path) -> None:
    """A form that the program does not know: the name and the day in it are the post's."""
    remember(tmp_path, [("Penned with care by Ruth Vale, LCSW — May 3, 2026", Became.LEFT_OUT)])
    assert "Penned with care by {name} — {date}" in (tmp_path / FILE).read_text("utf-8")

    post = _read(tmp_path, _text("Penned with care by Ida Holm — November 2, 2026")).post

    assert (post.author, str(post.date), "Penned" in post.body) == ("Ida Holm", "2026-11-02", False)


@pytest.mark.parametrize(
    "line",
    [
        "My sister called the day after, and I cried for an hour.",
        PROSE,
        "Call Anna at 508-555-0199",
        "anna@example.org",
        "12 Elm Street, Springfield, MA 01101",
        "by Ruth Vale",
        "May 3, 2026",
        "two\nlines",
        "a few words " * 8,
    ],
)
def test_nothing_private_is_kept(line: str, tmp_path: Path) -> None:
    """No sentence of an author's, nothing about how to reach somebody, no name or date by itself, nothing long."""
    assert remember(tmp_path, [(line, Became.LEFT_OUT)]) == 0
    assert not (tmp_path / FILE).exists()


def test_help_in_a_crisis_is_never_left_out(tmp_path: Path) -> None:
    """Whatever the file says."""
    (tmp_path / FILE).write_text('leave_out = ["Call or text {number}"]\n', "utf-8")
    assert "Call or text 988" in _read(tmp_path, _text("Call or text 988")).post.body


def test_deciding_otherwise_forgets(tmp_path: Path) -> None:
    """Who puts back what was left out as before takes the correction back; what people wrote in the file stays."""
    remember(tmp_path, [("From our quiet corner", Became.LEFT_OUT), ("Our garden", Became.LEFT_OUT)])
    path = tmp_path / FILE
    path.write_text(path.read_text("utf-8").replace('"Our garden"', '"Our garden" # until May'), "utf-8")

    assert remember(tmp_path, [("From our  quiet\ncorner", Became.TEXT)]) == 1  # spaces are no difference

    said = path.read_text("utf-8")
    assert "quiet corner" not in said
    assert "# until May" in said
    assert read_corrections(tmp_path) == {"Our garden": Became.LEFT_OUT}
    assert remember(tmp_path, [("Our garden", Became.LEFT_OUT)]) == 0  # it is known


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("leave_out = [", "is not valid TOML"),
        ("leave = []", "unknown key 'leave'"),
        ('leave_out = "Our Stories"', "is not a list of lines"),
        ("text = [1]", "is not a list of lines"),
        ('leave_out = ["{name}, {date}"]', "would mean too many lines"),
    ],
)
def test_a_mistake_in_the_file_is_told(text: str, told: str, tmp_path: Path) -> None:
    """With the file's name and what to do."""
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(WorkspaceError, match=told) as caught:
        read_corrections(tmp_path)
    assert str(caught.value.where).endswith(FILE)
    assert caught.value.hint


def test_a_file_that_is_no_file(tmp_path: Path) -> None:
    """A folder in its place."""
    (tmp_path / FILE).mkdir()
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_corrections(tmp_path)


def test_without_corrections_nothing_changes(tmp_path: Path) -> None:
    """An empty file is none."""
    (tmp_path / FILE).write_text("# nothing yet\n", "utf-8")
    source = Source(data=_text("Small steps", PROSE), name="post")
    assert _read(tmp_path, source.data).post == read_post(replace(source, modified=NOON), CLINIC).post
