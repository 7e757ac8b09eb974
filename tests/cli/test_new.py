"""`new` and `list`, as a person uses them."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import insert

from newsletter.cli.sources import earlier, tell
from newsletter.issues import load_issue
from newsletter.posts.gathering import Gathered
from newsletter.posts.value import Decision, Dropped, Post, Reading
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns
from newsletter.workspace import Workspace
from tests.cli.terminal import at_terminal
from tests.cli.typed import typed

POST = """\
{title}
- Kim Vale
- 11 hours ago
- 3 min read
A walk at noon helps more than it seems, and it costs nothing at all. Take a friend.
www.elmstreet.example.org | 508-555-0100

Why It Helps
Daylight sets the clock of the body, and the legs do the rest.
Comments
"""


def run(workspace: Workspace, *arguments: str, stdin: str | bytes = "", code: int = 0) -> tuple[str, str]:
    """Run a command; return what it printed on both streams."""
    done = typed("-C", str(workspace.root), *arguments, stdin=stdin)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout, done.stderr


def write_post(workspace: Workspace, title: str = "The Noon Walk") -> str:
    path = workspace.root / "post.txt"
    path.write_text(POST.format(title=title), "utf-8")
    os.utime(path, (1_795_194_000, 1_795_194_000))  # 20 November 2026, noon in New York
    return str(path)


def front_matter(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
    return facts


def test_new_issue_from_a_file(workspace: Workspace) -> None:
    """The folder holds the issue and the post; what was left out is told."""
    out, err = run(workspace, "new", "2026-12-walk", "--from", write_post(workspace))
    assert "The Noon Walk (by Kim Vale, Nov 20, 2026)" in out
    assert "line 4: - 3 min read (the read time)" in out
    assert "newsletter preview 2026-12-walk" in err
    issue = load_issue(workspace, "2026-12-walk")
    assert (issue.subject, issue.letter.markdown) == ("The Noon Walk", "")
    assert issue.preheader == "A walk at noon helps more than it seems, and it costs nothing at all."
    (only,) = issue.posts
    assert only.body.path.name == "the-noon-walk.md"
    assert only.body.markdown.endswith(
        "## Why It Helps\n\nDaylight sets the clock of the body, and the legs do the rest."
    )
    assert sorted(path.name for path in issue.folder.iterdir()) == ["images", "issue.md", "posts"]


def test_answer_as_json(workspace: Workspace) -> None:
    """One document tells what was made, what was left out and, if asked, why."""
    out, _ = run(workspace, "new", "2026-12-walk", "--from", write_post(workspace), "--json", "--explain")
    document = json.loads(out)
    assert Path(document["folder"]) == workspace.issues_dir / "2026-12-walk"
    (post,) = document["posts"]
    assert (post["title"], post["author"], post["date"]) == ("The Noon Walk", "Kim Vale", "2026-11-20")
    assert [dropped["line"] for dropped in post["dropped"]] == [2, 3, 4, 6, 10]
    assert {decision["line"]: decision["became"] for decision in post["decisions"]}[8] == "heading 2"


def test_explain(workspace: Workspace) -> None:
    """Each line is told with its reason."""
    out, _ = run(workspace, "new", "2026-12-walk", "--from", write_post(workspace), "--explain")
    assert "line 8: heading 2: Why It Helps" in out
    assert re.search(r"line 8: heading 2: Why It Helps\n +.*\d+% sure: \S", out)


@pytest.mark.parametrize(
    "title",
    [
        "Winter: what helps",
        'A "good enough" day',
        "It's #1 & it's 100% yours",
        "🌱 Grüße — {{ first_name }}",
        "No",
        "'Quoted'",
    ],
)
def test_title_comes_back_as_it_was(workspace: Workspace, title: str) -> None:
    """Colons, quotes, emoji and braces survive the way through the front matter."""
    run(workspace, "new", "2026-12-walk", "--from", write_post(workspace, title))
    issue = load_issue(workspace, "2026-12-walk")
    written = title.replace("{{", r"\{\{").replace("}}", r"\}\}")  # so that it never becomes a merge tag
    assert issue.posts[0].post.title == issue.subject == written
    assert front_matter(issue.posts[0].body.path)["title"] == written


def test_braces_in_a_title_are_text(workspace: Workspace) -> None:
    """What looks like a merge tag in a pasted title is shown as it was pasted."""
    run(workspace, "new", "2026-12-walk", "--from", write_post(workspace, "Dear {{ first_name }}: a walk"))
    run(workspace, "render", "2026-12-walk")
    for name in ("message.html", "message.txt"):
        text = (workspace.root / "rendered" / "2026-12-walk" / name).read_text("utf-8")
        assert "dear {{ first_name }}: a walk" in text.lower()
        assert "\\{" not in text


def test_standard_input_has_no_time(workspace: Workspace) -> None:
    """Piped text is read alike, but "11 hours ago" cannot be counted."""
    run(workspace, "new", "2026-12-walk", "--from", "-", stdin=POST.format(title="The Noon Walk").encode("utf-16"))
    post = load_issue(workspace, "2026-12-walk").posts[0].post
    assert (post.title, post.date) == ("The Noon Walk", None)


@pytest.mark.skipif(sys.platform != "linux", reason="the tool is put on PATH as a script")
def test_clipboard(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was copied becomes the post."""
    tool = tmp_path / "xclip"
    tool.write_text(f"#!/bin/sh\ncat '{write_post(workspace)}'\n", "utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    run(workspace, "new", "2026-12-walk", "--from", "clipboard")
    assert load_issue(workspace, "2026-12-walk").posts[0].post.title == "The Noon Walk"


def test_existing_issue_is_left_alone(workspace: Workspace) -> None:
    """A second `new` of the same name changes nothing and says how to go on."""
    path = write_post(workspace)
    run(workspace, "new", "2026-12-walk", "--from", path)
    before = (workspace.issues_dir / "2026-12-walk" / "issue.md").stat().st_mtime_ns
    _, err = run(workspace, "new", "2026-12-walk", "--from", path, code=1)
    assert "already an issue named 2026-12-walk" in err
    assert "2026-12-walk-2" in err
    assert (workspace.issues_dir / "2026-12-walk" / "issue.md").stat().st_mtime_ns == before


@pytest.mark.parametrize("slug", ["../out", "December 2026", "con", "Été"])
def test_bad_name(workspace: Workspace, slug: str) -> None:
    """A name that is no safe folder is refused, and nothing is made."""
    _, err = run(workspace, "new", slug, "--from", write_post(workspace), code=1)
    assert "cannot be an issue's name" in err
    assert list(workspace.issues_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n....", "is a picture"),
        (bytes(range(256)) * 10, "is not text"),
        (b"One long line without any title at all, which goes on and on. And on. " * 3, "has no title"),
    ],
)
def test_bad_source(workspace: Workspace, data: bytes, words: str) -> None:
    """Each is refused with the next step, and nothing is half-made."""
    path = workspace.root / "post.txt"
    path.write_bytes(data)
    _, err = run(workspace, "new", "2026-12-walk", "--from", str(path), code=1)
    assert words in err
    assert len(err.strip().splitlines()) == 2
    assert list(workspace.issues_dir.iterdir()) == []


def test_missing_file(workspace: Workspace) -> None:
    """A misspelt name is answered by the file that was meant."""
    path = write_post(workspace)
    _, err = run(workspace, "new", "2026-12-walk", "--from", path.replace("post", "psot"), code=1)
    assert f"Did you mean {path}?" in err


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that is not writable")
def test_folder_that_may_not_be_written(workspace: Workspace) -> None:
    """A read-only folder is named, and nothing is half-made."""
    path = write_post(workspace)
    workspace.issues_dir.chmod(0o500)
    _, err = run(workspace, "new", "2026-12-walk", "--from", path, code=1)
    workspace.issues_dir.chmod(0o700)
    assert "is not writable" in err
    assert list(workspace.issues_dir.iterdir()) == []


def test_file_where_the_issues_should_be(workspace: Workspace) -> None:
    """When the folder of issues cannot be made, that is said."""
    path = write_post(workspace)
    workspace.issues_dir.rmdir()
    workspace.issues_dir.write_text("in the way", "utf-8")
    _, err = run(workspace, "new", "2026-12-walk", "--from", path, code=1)
    assert "newsletters" in err


def test_two_posts_stand_in_their_order(workspace: Workspace) -> None:
    """Several sources become posts in the order in which they were named; equal titles do no harm."""
    path = write_post(workspace)
    run(workspace, "new", "2026-12-walk", "--from", path, "--from", path)
    posts = load_issue(workspace, "2026-12-walk").posts
    assert [post.body.path.stem for post in posts] == ["the-noon-walk", "the-noon-walk-2"]


def test_issue_without_a_post(workspace: Workspace) -> None:
    """It begins with a greeting, ready to be written on."""
    run(workspace, "new", "2026-12-hello")
    issue = load_issue(workspace, "2026-12-hello")
    assert (issue.subject, issue.posts) == ("2026 12 hello", ())
    assert issue.letter.markdown.startswith("Hello {{ first_name")


def test_given_title_and_subject(workspace: Workspace) -> None:
    """A text without a title gets the one that is given."""
    text = b"A walk at noon helps more than it seems, and it costs nothing at all.\n" * 2
    run(workspace, "new", "2026-12-walk", "--from", "-", "--title", "Noon: a walk", "--subject", "Go out", stdin=text)
    issue = load_issue(workspace, "2026-12-walk")
    assert (issue.subject, issue.posts[0].post.title) == ("Go out", "Noon: a walk")


def test_list(workspace: Workspace) -> None:
    """Each issue is listed with its state, one with a mistake, too; no database is made for it."""
    assert "No issues yet" in run(workspace, "list")[1]
    run(workspace, "new", "2026-12-walk", "--from", write_post(workspace))
    broken = workspace.issues_dir / "2027-01"
    broken.mkdir()
    (broken / "issue.md").write_text("---\nsubjekt: A\n---\n", "utf-8")
    out, _ = run(workspace, "list")
    assert "2026-12-walk  draft      1 post    The Noon Walk" in out
    assert "Did you mean 'subject'?" in out
    document = json.loads(run(workspace, "list", "--json")[0])
    assert [(row["issue"], row["state"], row["posts"]) for row in document] == [
        ("2026-12-walk", "draft", 1),
        ("2027-01", "draft", None),
    ]
    assert not (workspace.root / "newsletter.db").exists()


def test_list_tells_what_was_sent(workspace: Workspace, store: Store) -> None:
    """The state of an issue that went out comes from the ledger."""
    run(workspace, "new", "2026-12-walk", "--from", write_post(workspace))
    facts = {"ref": "r", "slug": "2026-12-walk", "plan": "{}", "message": "{}", "digest": "d", "frozen": 0}
    with store.write() as connection:
        connection.execute(insert(campaigns).values(**facts, state="finished", created_at="2026-12-01T09:00:00Z"))
    document = json.loads(run(workspace, "list", "--json")[0])
    assert [(row["issue"], row["state"]) for row in document] == [("2026-12-walk", "sent")]


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, ""), (1, "a0"), (3, "a0, a1, a2"), (4, "a0, a1, a2 and 1 more"), (40, "a0, a1, a2 and 37 more")],
)
def test_many_issues_that_had_a_post(count: int, said: str) -> None:
    """The first are named, the others counted."""
    slugs = [f"a{number}" for number in range(count)]
    assert earlier({"elm": slugs[1:], "https://elm.example/": slugs[:1]}, "https://elm.example/", "Elm") == said


def test_a_line_that_is_left_out_again_and_again(capsys: pytest.CaptureFixture[str]) -> None:
    """It is named a few times, and counted."""
    again = [Dropped(0, "Read more", "a button")] * 9
    reading = Reading(Post(title="Elm", body="x"), (*again, Dropped(0, "Share", "a button")), ())
    tell(Gathered("elm.html", reading, ()), explain=False)
    assert "Read more · Read more · Read more · and 6 more · Share (a button)" in capsys.readouterr().out


def test_what_is_not_sure_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it stayed or was left out, a person is asked to check it."""
    kept, left_out = Decision(3, "Rest", "heading 2", "short", 0.6), Dropped(9, "Elm", "among boilerplate", 0.7)
    sure = Decision(5, "It helps.", "paragraph", "a sentence", 0.99)
    reading = Reading(Post(title="Elm", body="## Rest\n\nIt helps."), (left_out,), (kept, sure))
    tell(Gathered("elm.txt", reading, ()), explain=False)
    assert (
        "2 lines to check:\n  line 3: heading 2: Rest\n  line 9: left out: Elm\nLeft out of" in capsys.readouterr().out
    )


def test_sample_post_is_new_to_a_new_workspace(tmp_path: Path) -> None:
    """Whoever follows the first steps is not told that the post was used before."""
    assert typed("init", "clinic", "--yes", cwd=tmp_path).returncode == 0
    done = typed("-C", "clinic", "new", "2027-01-first", "--from", "clinic/samples/post.txt", cwd=tmp_path)
    assert done.returncode == 0
    assert "2026-12-good-company" not in done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is a POSIX thing")
def test_empty_answer_is_told_what_is_wanted(workspace: Workspace, tmp_path: Path) -> None:
    """Pressing Enter at a question says so, with an example, and asks again."""
    answers = ("", "Elm", "elm.example.org", "508-555-0100", " ", "hi@elm.example.org", "1 Elm St, Boston, MA 02101")
    typed_in = "\n".join([*answers, "America/New_York", "news@elm.example.org", "y", ""])
    ended = at_terminal(workspace, "init", str(tmp_path / "elm"), typed=typed_in)
    assert ended.code == 0, ended.screen
    assert ended.screen.count("Type an answer, for example:") == 2
    assert 'name = "Elm"' in (tmp_path / "elm" / "newsletter.toml").read_text("utf-8")
