"""`post`, and the feeds and web addresses of `new`, as a person uses them."""

import functools
import io
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issues import load_issue
from newsletter.workspace import Workspace
from tests.cli.test_new import run, write_post

FEED = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>
<item><title>First</title><link>{site}/first.html</link><pubDate>Mon, 02 Nov 2026 15:00:00 +0000</pubDate>
<content:encoded><![CDATA[<p>The first one. It says little. It says it kindly.</p>]]></content:encoded></item>
<item><title>Second</title><link>{site}/second.html</link><pubDate>Tue, 10 Nov 2026 15:00:00 +0000</pubDate>
<content:encoded><![CDATA[<p>The second one.</p><h2>More</h2><p>And more of it.</p>]]></content:encoded></item>
<item><title>Third</title><link>{site}/third.html</link><pubDate>Fri, 20 Nov 2026 15:00:00 +0000</pubDate>
<description>Only the beginning […]</description></item></channel></rss>"""
PAGE = """<html><head><title>Third</title><link rel="canonical" href="https://example.org/third"></head><body><article>
<h1>Third</h1><p><img src="lake.png" alt="A lake"></p><p>Only the beginning is in the feed; the page has all of it,
and it is rather long, for a page, with words enough to be an article.</p></article></body></html>"""


BLOG = """<html><head><title>Notes</title><link rel="alternate" type="application/rss+xml" href="feed.xml"></head><body>
<main><h1>Notes</h1><article><h2><a href="first.html">First</a></h2><p>The first one. It says little.</p></article>
<article><h2><a href="second.html">Second</a></h2><p>The second one.</p></article>
<article><h2><a href="third.html">Third</a></h2><p>Only the beginning […]</p></article></main></body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    """A website that keeps no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a blog on this machine, with a feed and a page."""
    folder = tmp_path / "site"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        (folder / "feed.xml").write_text(FEED.format(site=address), "utf-8")
        (folder / "third.html").write_text(PAGE, "utf-8")
        (folder / "blog.html").write_text(BLOG, "utf-8")
        out = io.BytesIO()
        Image.effect_noise((90, 60), 40).convert("RGB").save(out, "PNG")
        (folder / "lake.png").write_bytes(out.getvalue())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def order(workspace: Workspace, slug: str = "2026-12") -> list[tuple[str, str]]:
    """Return the posts of an issue and how they are shown, as the command tells."""
    rows = json.loads(run(workspace, "post", "list", slug, "--json")[0])
    return [(row["post"], row["show"]) for row in rows]


def test_page_with_its_picture(workspace: Workspace, site: str) -> None:
    """A web address becomes a post with its canonical link; its picture is brought in."""
    run(workspace, "new", "2026-12", "--from", f"{site}/third.html", "--allow-local")
    issue = load_issue(workspace, "2026-12")
    post = issue.posts[0].post
    assert (post.title, post.link, post.image_alt) == ("Third", "https://example.org/third", "A lake")
    with Image.open(issue.folder / post.image) as image:
        assert image.size == (90, 60)


def test_address_on_this_machine_is_refused(workspace: Workspace, site: str) -> None:
    """Unless it is asked for, nothing is fetched from this machine."""
    assert "--allow-local" in run(workspace, "new", "2026-12", "--from", f"{site}/third.html", code=1)[1]
    assert list(workspace.issues_dir.iterdir()) == []


def test_feed_lists_its_posts_to_choose_from(workspace: Workspace, site: str) -> None:
    """Without a choice the list is shown, newest first; what was used before is marked."""
    feed = ("--from", f"{site}/feed.xml", "--allow-local")
    run(workspace, "new", "2026-11", *feed, "--pick", "3")
    _, err = run(workspace, "new", "2026-12", *feed, code=1)
    assert "feed of 3 posts" in err
    assert (
        "   1  Nov 20, 2026  Third\n   2  Nov 10, 2026  Second\n   3  Nov 2, 2026   First  (already in 2026-11)" in err
    )


def test_posts_of_a_feed_since_a_day(workspace: Workspace, site: str) -> None:
    """All from that day on are taken; where the feed has only a beginning, the page is read."""
    run(
        workspace,
        "new",
        "2026-12",
        "--from",
        f"{site}/feed.xml",
        "--allow-local",
        "--since",
        "2026-11-05",
        "--all",
        "--show",
        "full",
    )
    posts = load_issue(workspace, "2026-12").posts
    assert [each.post.title for each in posts] == ["Third", "Second"]
    assert "words enough to be an article" in posts[0].post.body
    assert posts[1].post.body == "The second one.\n\n## More\n\nAnd more of it."


def test_first_post_leads(workspace: Workspace, site: str) -> None:
    """Of several posts the first is shown in full, the others as teasers."""
    run(workspace, "new", "2026-12", "--from", f"{site}/feed.xml", "--allow-local", "--all")
    assert order(workspace) == [("third", "full"), ("second", "teaser"), ("first", "teaser")]


def test_feed_of_a_front_page(workspace: Workspace, site: str) -> None:
    """The address of a blog will do: its page names the feed, which offers the posts."""
    _, err = run(workspace, "new", "2026-12", "--from", f"{site}/blog.html", "--allow-local", code=1)
    assert "feed of 3 posts" in err
    run(workspace, "new", "2026-12", "--from", f"{site}/blog.html", "--allow-local", "--pick", "2")
    assert [each.post.title for each in load_issue(workspace, "2026-12").posts] == ["Second"]


def test_posts_without_a_date_stay_in_the_list(workspace: Workspace, site: str, tmp_path: Path) -> None:
    """When only new posts are asked for, those of which nobody knows are offered, too, and it is said."""
    feed = (tmp_path / "site" / "feed.xml").read_text("utf-8").replace("Tue, 10 Nov 2026 15:00:00 +0000", "soon")
    (tmp_path / "site" / "feed.xml").write_text(feed, "utf-8")
    arguments = ("new", "2026-12", "--from", f"{site}/feed.xml", "--allow-local", "--since", "2026-11-15")
    _, err = run(workspace, *arguments, code=1)
    assert "   1  Nov 20, 2026  Third\n   2  no date       Second" in err
    assert "1 of the posts has no date, and may be older." in err


def test_posts_that_were_used_are_told(workspace: Workspace, site: str) -> None:
    """Also when nothing was asked; and nothing comes into one issue twice."""
    feed = (f"{site}/feed.xml", "--allow-local")
    run(workspace, "new", "2026-11", "--from", *feed, "--pick", "3")
    _, err = run(workspace, "new", "2026-12", "--from", *feed, "--pick", "2,3")
    assert "“First” was in 2026-11 already." in err
    _, err = run(workspace, "post", "add", "2026-12", *feed, "--all")
    assert "“Second” is in 2026-12 already and was not added again." in err
    assert order(workspace) == [("second", "full"), ("first", "teaser"), ("third", "teaser")]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (("--pick", "9"), "from 1 to 3"),
        (("--pick", "x"), "from 1 to 3"),
        (("--since", "2027-01-01"), "no posts from that day"),
    ],
)
def test_choice_that_is_none(workspace: Workspace, site: str, choice: tuple[str, ...], words: str) -> None:
    """A number that is not in the list, and a day without posts, are told."""
    assert words in run(workspace, "new", "2026-12", "--from", f"{site}/feed.xml", "--allow-local", *choice, code=1)[1]


def test_posts_are_added_moved_shown_and_removed(workspace: Workspace, site: str) -> None:
    """The order in issue.md follows, and every other line of it stays as it is."""
    run(workspace, "new", "2026-12", "--from", write_post(workspace))
    issue_file = workspace.issues_dir / "2026-12" / "issue.md"
    text = issue_file.read_text("utf-8").replace("---\n", "---\n# a note to myself\n", 1) + "\nDear all,\n"
    issue_file.write_text(text, "utf-8")
    feed = (f"{site}/feed.xml", "--allow-local")
    run(workspace, "post", "add", "2026-12", *feed, "--pick", "2,3", "--show", "teaser")
    assert order(workspace) == [("the-noon-walk", "full"), ("second", "teaser"), ("first", "teaser")]
    run(workspace, "post", "move", "2026-12", "first", "1")
    run(workspace, "post", "show", "2026-12", "3", "title")
    assert order(workspace) == [("first", "teaser"), ("the-noon-walk", "full"), ("second", "title")]
    out, _ = run(workspace, "post", "remove", "2026-12", "the-noon-walk")
    assert order(workspace) == [("first", "teaser"), ("second", "title")]
    assert "newsletters/2026-12/removed/the-noon-walk.md" in out
    assert (workspace.root / "newsletters/2026-12/removed/the-noon-walk.md").is_file()
    after = issue_file.read_text("utf-8")
    assert "# a note to myself" in after
    assert after.endswith("\nDear all,\n")
    posts = [each.post for each in load_issue(workspace, "2026-12").posts]
    assert [each.teaser for each in posts] == ["The first one. It says little.", ""]
    assert [each.body for each in posts] == ["", ""]
    run(workspace, "render", "2026-12")
    text = (workspace.root / "rendered/2026-12/message.txt").read_text("utf-8")
    assert "It says little." in text
    assert f"{site}/second.html" in text
    assert "It says it kindly." not in text


def test_teaser_needs_a_link(workspace: Workspace) -> None:
    """What cannot be read on anywhere is shown in full or not at all."""
    run(workspace, "new", "2026-12", "--from", write_post(workspace))
    _, err = run(workspace, "post", "add", "2026-12", write_post(workspace), "--show", "teaser", code=1)
    assert "no link to read on" in err
    assert order(workspace) == [("the-noon-walk", "full")]


def test_showing_less_of_a_post_needs_a_link(workspace: Workspace) -> None:
    """Without one nothing changes and the way is told; with one it goes into the post's file."""
    run(workspace, "new", "2026-12", "--from", write_post(workspace))
    _, err = run(workspace, "post", "show", "2026-12", "1", "teaser", code=1)
    assert "no link to read on" in err
    assert "--link" in err
    assert order(workspace) == [("the-noon-walk", "full")]

    run(workspace, "post", "show", "2026-12", "1", "title", "--link", "www.example.org/noon")
    assert order(workspace) == [("the-noon-walk", "title")]
    assert load_issue(workspace, "2026-12").posts[0].post.link == "https://www.example.org/noon"


def test_post_that_is_not_there(workspace: Workspace) -> None:
    """A misspelt name is answered by the nearest."""
    run(workspace, "new", "2026-12", "--from", write_post(workspace))
    assert "Did you mean the-noon-walk?" in run(workspace, "post", "remove", "2026-12", "noon-walk", code=1)[1]
    assert "Did you mean 2026-12?" in run(workspace, "post", "list", "2026-1", code=1)[1]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{post: the-noon-walk, show: half}", "'show: half' is not known"),
        ("{post: the-noon-walk, size: 3}", "is not understood"),
        ("3", "is not understood"),
    ],
)
def test_order_that_is_malformed(workspace: Workspace, entry: str, words: str) -> None:
    """A mistake in it names the line and shows how it is written."""
    run(workspace, "new", "2026-12", "--from", write_post(workspace))
    issue_file = workspace.issues_dir / "2026-12" / "issue.md"
    issue_file.write_text(f"---\nsubject: A\nposts:\n  - {entry}\n---\n", "utf-8")
    err = run(workspace, "post", "list", "2026-12", code=1)[1]
    assert words in err
    assert "issue.md:3: " in err
