"""Making an issue at the desk: handing in, looking over, making."""

import io
import re
import zipfile
from collections.abc import Callable

import httpx2
import pytest
from starlette.testclient import TestClient

from newsletter.issues import load_issue
from newsletter.issues.load import issue_order
from newsletter.issues.order import Entry, Show
from newsletter.workspace import Workspace
from tests.web.samples import PORT, write_issue

PASTED = """\
Small Lights for Long Evenings
By Ida Holm

3 min read

Evenings begin early now.

Why it matters
The clock in the body follows the light. A dark morning sets it late.

12 views 0 comments
"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Our blog</title>
<item><title>Snow at the Door</title><link>https://www.example.org/snow</link>
<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Shovels are for two people. Ask a neighbour, and stay for tea.&lt;/p&gt;</description></item>
<item><title>Winter light</title><link>https://www.example.org/light</link>
<pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Sit by a window. Half an hour does.&lt;/p&gt;</description></item></channel></rss>"""

Send = Callable[..., httpx2.Response]


@pytest.fixture
def send(client: TestClient) -> Send:
    """Posts a form with the desk's token and follows where it leads."""
    found = re.search(r'name="desk-token" content="([^"]+)"', client.get("/new").text)
    assert found
    headers = {"X-Desk-Token": found[1], "Origin": f"http://127.0.0.1:{PORT}"}

    def post(path: str, data: dict[str, object] | None = None, **more: object) -> httpx2.Response:
        answer: httpx2.Response = client.post(path, data=data, headers=headers, follow_redirects=True, **more)  # type: ignore[arg-type]
        return answer

    return post


def _address(answer: httpx2.Response) -> str:
    return answer.url.path


def _part(page: str, text: str) -> str:
    """Return the name by which the form knows the part that begins with `text`."""
    found = re.search(rf'role-(\d+-\d+)">What is “{re.escape(text[:20])}', page)
    assert found, text
    return found[1]


def test_a_paste_becomes_an_issue(send: Send, desk_workspace: Workspace) -> None:
    """The page shows what was understood and what was left out; one more click makes the issue."""
    page = send("/new", {"text": PASTED})

    assert "Is this your post?" in page.text
    assert "Left out: the read time" in page.text
    made = send(f"{_address(page)}/make", {"slug": "2026-12-lights", "subject": "Lights"})

    assert _address(made) == "/issues/2026-12-lights/write"
    issue = load_issue(desk_workspace, "2026-12-lights")
    assert issue.subject == "Lights"
    assert issue.posts[0].post.title == "Small Lights for Long Evenings"
    assert issue.posts[0].post.author == "Ida Holm"
    assert (
        issue.posts[0].body.markdown.strip().startswith("Evenings begin early now.\n\n## Why it matters\n\nThe clock")
    )


def test_each_decision_can_be_overruled_and_taken_back(send: Send, desk_workspace: Workspace) -> None:
    """A heading becomes text, a dropped line comes back, and undoing restores the reader's own word."""
    page = send("/new", {"text": PASTED})
    draft = _address(page)
    heading, count = _part(page.text, "Why it matters"), _part(page.text, "12 views 0 comments")

    changed = send(f"{draft}/rule", {f"role-{heading}": "paragraph", "title-0": "Lights", "author-0": ""})
    assert f'value="{heading}:section">Undo' in changed.text
    back = send(f"{draft}/rule", {"set": f"{count}:paragraph"})
    assert f'value="{count}:left out">Undo' in back.text
    send(f"{draft}/rule", {"set": f"{heading}:section"})
    send(f"{draft}/make", {"slug": "lights", "subject": "Lights"})

    post = load_issue(desk_workspace, "lights").posts[0]
    assert (post.post.title, post.post.author) == ("Lights", "")
    assert "## Why it matters" in post.body.markdown
    assert post.body.markdown.rstrip().endswith("12 views 0 comments")


def test_corrections_are_remembered_for_the_next_post(send: Send, desk_workspace: Workspace) -> None:
    """Once the issue is made; what was undone or discarded is not. Deciding otherwise forgets them."""
    text = PASTED.replace("12 views 0 comments", "From our quiet corner, no. 12")
    file = desk_workspace.root / "reading.toml"
    page = send("/new", {"text": text})
    tail, heading = _part(page.text, "From our quiet corner, no. 12"), _part(page.text, "Why it matters")
    send(f"{_address(page)}/rule", {f"role-{tail}": "left out", f"role-{heading}": "paragraph"})
    send(f"{_address(page)}/rule", {"set": f"{heading}:section"})
    assert not file.exists()
    made = send(f"{_address(page)}/make", {"slug": "first", "subject": "One"})

    assert "What you said of 1 line is remembered for the next post." in made.text
    assert "From our quiet corner, no. {number}" in file.read_text("utf-8")
    assert "Why it matters" not in file.read_text("utf-8")

    again = send("/new", {"text": text.replace("no. 12", "no. 13")})
    assert "Left out: such a line was left out before (reading.toml)" in again.text
    back = _part(again.text, "From our quiet corner, no. 13")
    send(f"{_address(again)}/rule", {"set": f"{back}:paragraph"})
    send(f"{_address(again)}/make", {"slug": "second", "subject": "Two"})

    assert "quiet corner" not in file.read_text("utf-8")
    assert "no. 13" in load_issue(desk_workspace, "second").posts[0].body.markdown


def test_corrections_that_cannot_be_kept_are_told(send: Send, desk_workspace: Workspace) -> None:
    """The issue is made, and opens."""
    page = send("/new", {"text": PASTED})
    (desk_workspace.root / "reading.toml").write_text("half = [", "utf-8")
    made = send(f"{_address(page)}/make", {"slug": "first", "subject": "One"})
    assert made.status_code == 200
    assert "Your corrections were not remembered: reading.toml is not valid TOML" in made.text
    assert load_issue(desk_workspace, "first").subject == "One"


def test_what_is_not_sure_is_listed_until_it_is_checked(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes first, with a button for who agrees; whoever changes the line has checked it, too."""
    monkeypatch.setattr("newsletter.posts.review.SURE", 1.1)  # then nothing is sure
    page = send("/new", {"text": PASTED})
    heading, text = _part(page.text, "Why it matters"), _part(page.text, "Evenings begin early now.")
    count = int(re.findall(r"(\d+) lines? to check", page.text)[0])

    agreed = send(f"{_address(page)}/rule", {"keep": heading})
    assert f"{count - 1} lines to check" in agreed.text
    assert f'value="{heading}">That’s right' not in agreed.text
    changed = send(f"{_address(page)}/rule", {"set": f"{text}:section"})
    assert f"{count - 2} line" in changed.text


def test_what_was_copied_with_its_formatting_keeps_it(send: Send, desk_workspace: Workspace) -> None:
    """The browser's HTML says more than its text: links stay."""
    html = '<h1>Snow at the Door</h1><p>Ask <a href="https://www.example.org/help">a neighbour</a> first.</p>'
    page = send("/new", {"text": "Snow at the Door\nAsk a neighbour first.", "html": html})
    send(f"{_address(page)}/make", {"slug": "snow", "subject": "Snow"})

    assert "[a neighbour](https://www.example.org/help)" in load_issue(desk_workspace, "snow").posts[0].body.markdown


def test_a_feed_offers_its_posts(send: Send, desk_workspace: Workspace) -> None:
    """Posts are chosen from a feed's list, which knows what an earlier issue had."""
    page = send("/new", files={"file": ("feed.xml", FEED.encode(), "text/xml")})
    assert "Which posts?" in page.text
    assert page.text.index("Snow at the Door") < page.text.index("Winter light")
    assert "already in winter-light" in page.text

    nothing = send(f"{_address(page)}/choose", {})
    assert (nothing.status_code, "no post is chosen" in nothing.text) == (422, True)
    chosen = send(f"{_address(page)}/choose", {"pick": ["0", "1", "99"]})
    send(f"{_address(chosen)}/make", {"slug": "month", "subject": "November"})

    assert [each.post.title for each in load_issue(desk_workspace, "month").posts] == [
        "Snow at the Door",
        "Winter light",
    ]


def test_a_post_is_added_to_an_issue(send: Send, client: TestClient, desk_workspace: Workspace) -> None:
    """The same pages add to an issue; its posts are then moved, taken out and put back."""
    assert "Add a post" in client.get("/new?into=winter-light").text
    page = send("/new", {"text": PASTED, "into": "winter-light"})
    send(f"{_address(page)}/make", {"show": "full"})

    def stems() -> list[str]:
        return [each.body.path.stem for each in load_issue(desk_workspace, "winter-light").posts]

    second = "small-lights-for-long-evenings"
    assert stems() == ["light", second]
    posts = "/issues/winter-light/posts"
    send(posts, {"post": second, "move": "-1"})
    assert stems() == [second, "light"]
    removed = send(posts, {"post": second, "remove": "yes"})
    assert stems() == ["light"]
    assert "taken out" in removed.text
    send(posts, {"back": f"{second}.md", "place": "1"})
    assert stems() == [second, "light"]


def test_taking_back_a_removal_restores_place_and_measure(send: Send, desk_workspace: Workspace) -> None:
    """The Undo of a post that was taken out brings it back as it was shown, where it stood."""
    page = send(
        "/new",
        {
            "text": "---\ntitle: Lamps\nlink: https://www.example.org/lamps\n---\n\nA lamp helps.\n",
            "into": "winter-light",
        },
    )
    send(f"{_address(page)}/make", {"show": "teaser"})
    posts = "/issues/winter-light/posts"
    send(posts, {"post": "lamps", "move": "-1"})

    removed = send(posts, {"post": "lamps", "remove": "yes"}).text
    undo = dict(
        re.findall(r'name="(back|place|show)" value="([^"]*)"', removed.partition("<main")[2].partition("</form>")[0])
    )
    send(posts, undo)

    assert undo == {"back": "lamps.md", "place": "1", "show": "teaser"}
    assert issue_order(desk_workspace, "winter-light")[0] == Entry("lamps", Show.TEASER)


@pytest.mark.parametrize(
    "fields",
    [
        {"post": "nothing", "move": "1"},
        {"post": "../issue", "remove": "yes"},
        {"back": "../../issue.md", "place": "1"},
        {"back": "light.md", "place": "x"},
        {},
    ],
)
def test_an_odd_wish_changes_no_order(send: Send, desk_workspace: Workspace, fields: dict[str, object]) -> None:
    """A post that is not there, and a place that is none, are refused in words."""
    answer = send("/issues/winter-light/posts", fields)

    assert answer.status_code == 422
    assert "Traceback" not in answer.text
    assert issue_order(desk_workspace, "winter-light") == [Entry("light")]


def test_a_teaser_without_an_address_is_explained(send: Send) -> None:
    """A post that has no page to read on cannot be a teaser; the page says why."""
    page = send("/new", {"text": PASTED, "into": "winter-light"})

    refused = send(f"{_address(page)}/make", {"show": "teaser"})

    assert refused.status_code == 422
    assert "no link to read on" in refused.text


@pytest.mark.parametrize("show", ["teaser", "title"])
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://www.example.org/light", "https://www.example.org/light"),
        ("  www.example.org/blog/winter-light ", "https://www.example.org/blog/winter-light"),
        ("http://example.org/a?b=c#d", "http://example.org/a?b=c#d"),
        ("example.org/“quoted”", "https://example.org/“quoted”"),
    ],
)
def test_a_missing_address_is_asked_for_on_the_spot(
    send: Send, client: TestClient, desk_workspace: Workspace, show: str, typed: str, written: str
) -> None:
    """Showing less of a post changes nothing until it is clear where readers read on."""
    before = (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes()
    asked = send("/issues/winter-light/posts", {"post": "light", "show": show})
    assert "Address of the post on your website" in asked.text
    assert (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes() == before
    assert load_issue(desk_workspace, "winter-light").posts[0].post.title == "Winter light"

    answer = send("/issues/winter-light/posts", {"post": "light", "show": show, "link": typed})
    assert "Address of the post on your website" not in answer.text
    assert issue_order(desk_workspace, "winter-light") == [Entry("light", Show(show))]
    assert load_issue(desk_workspace, "winter-light").posts[0].post.link == written
    assert client.get("/issues/winter-light/mail").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "winter",
        "javascript:alert(1)",
        "http://[",
        "ftp://example.org/x",
        "two words.org",
        "https://",
        "https://.",
        "<b>.org",
    ],
)
def test_an_address_that_is_none_changes_nothing(send: Send, desk_workspace: Workspace, typed: str) -> None:
    """It is refused in words, at the posts and while a post is looked over, before anything is written."""
    folder = desk_workspace.issues_dir / "winter-light"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert (
        "not the address of a web page"
        in send("/issues/winter-light/posts", {"post": "light", "show": "teaser", "link": typed}).text
    )
    page = send("/new", {"text": PASTED, "into": "winter-light"})
    refused = send(f"{_address(page)}/make", {"show": "teaser", "link-0": typed})
    assert "not the address of a web page" in refused.text
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_address_is_given_while_a_post_is_looked_over(send: Send, desk_workspace: Workspace) -> None:
    """A pasted post has none; with the one that is typed it can be shown in part."""
    page = send("/new", {"text": PASTED, "into": "winter-light"})
    send(f"{_address(page)}/make", {"show": "teaser", "link-0": "www.example.org/small-lights"})

    added = load_issue(desk_workspace, "winter-light").posts[1].post
    assert added.link == "https://www.example.org/small-lights"
    assert issue_order(desk_workspace, "winter-light")[1].show is Show.TEASER


def test_of_several_posts_none_is_added_when_one_leads_nowhere(send: Send, desk_workspace: Workspace) -> None:
    """A feed's post without an address stops all of them, so that a second try adds nothing twice."""
    feed = FEED.replace("<link>https://www.example.org/light</link>", "")
    page = send("/new", {"into": "winter-light"}, files={"file": ("feed.xml", feed.encode())})
    chosen = send(f"{_address(page)}/choose", {"pick": ["0", "1"]})

    refused = send(f"{_address(chosen)}/make", {"show": "title"})
    assert "no link to read on" in refused.text
    assert issue_order(desk_workspace, "winter-light") == [Entry("light")]


def test_a_letter_needs_no_post(send: Send, desk_workspace: Workspace) -> None:
    """An issue can begin with a subject alone."""
    made = send("/new", {"subject": "We move in June", "begin": "yes"})

    slug = _address(made).split("/")[2]
    assert load_issue(desk_workspace, slug).subject == "We move in June"


def test_a_taken_name_is_told_and_loses_nothing(send: Send, desk_workspace: Workspace) -> None:
    """The issue that is there stays; the draft is still there under another name."""
    page = send("/new", {"text": PASTED})
    before = (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes()

    refused = send(f"{_address(page)}/make", {"slug": "winter-light", "subject": "Lights"})
    made = send(f"{_address(page)}/make", {"slug": "lights", "subject": "Lights"})

    assert (refused.status_code, made.status_code) == (422, 200)
    assert "already an issue" in refused.text
    assert (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes() == before


def _packed_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<" + b"a" * 300_000_000)
    return packed.getvalue()


def _many_paragraphs() -> bytes:
    packed = io.BytesIO()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    text = "<w:p><w:r><w:t>A walk at noon helps.</w:t></w:r></w:p>" * 50_000
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{text}</w:body></w:document>")
    return packed.getvalue()


@pytest.mark.parametrize(
    "line", ["Website: https://[yourclinic.com]/blog", "http://[", "www.[x].org", "Z" + "\u0301\u0323" * 50_000]
)
def test_an_odd_line_spoils_no_post(send: Send, line: str) -> None:
    """It is shown to be looked over like any other."""
    page = send("/new", {"text": f"Small Lights\n\nEvenings begin early now.\n\n{line}\n"})
    assert page.status_code == 200
    assert "Evenings begin early now." in page.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("post.txt", b""),
        ("post.txt", b"\x00\x01\x02" * 500),
        ("post.txt", b"%PDF-1.7 ..."),
        ("post.docx", b"PK\x03\x04 damaged"),
        ("post.html", b"\x89PNG\r\n\x1a\n..."),
        ("../../issue.md", b""),
        ("post.docx", _packed_bomb),
        ("post.docx", _many_paragraphs),
        ("post.html", b"<p>" * 100_000),
        ("post.md", b"---\ntitle: A\nx: !!timestamp y\n---\n\nText.\n"),
        ("feed.xml", b'<?xml version="1.0" encoding="\xde"?><rss version="2.0"><channel><item><title>A</title>'),
    ],
    ids=[
        *("empty", "not text", "a PDF", "damaged", "a picture", "a path as its name", "a bomb"),
        *("many paragraphs", "many elements", "no YAML", "no encoding"),
    ],
)
def test_what_is_no_post_is_explained(
    send: Send, name: str, data: bytes | Callable[[], bytes], desk_workspace: Workspace
) -> None:
    """What cannot be read is refused with a way on, whatever it calls itself; nothing is written."""
    before = sorted(desk_workspace.root.rglob("*"))

    answer = send("/new", files={"file": (name, data() if callable(data) else data, "text/plain")})

    assert answer.status_code == 422
    assert "What to do" in answer.text
    assert sorted(desk_workspace.root.rglob("*")) == before


def test_more_than_the_limit_is_refused(send: Send) -> None:
    """A file of more than 40 MB is not even read."""
    assert send("/new", files={"file": ("post.txt", b"word " * 9_000_000, "text/plain")}).status_code == 413


def test_scripts_in_a_post_are_shown_as_words(send: Send) -> None:
    """Whatever a post holds, the page about it shows it and runs none of it."""
    evil = "<script>alert(1)</script>"
    page = send("/new", {"text": f"{evil} a title\n\n{evil}\n\nSome text here.\n", "title": evil})

    assert evil not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_addresses_on_this_machine_are_not_fetched(send: Send) -> None:
    """The desk's own machine and network are out of reach for a typed address."""
    answer = send("/new", {"link": f"http://127.0.0.1:{PORT}/people"})

    assert answer.status_code == 422
    assert "Is this your post?" not in answer.text


def test_a_discarded_draft_is_gone(send: Send, client: TestClient) -> None:
    """Nothing is made of it, and its page says so."""
    page = send("/new", {"text": PASTED})
    send(f"{_address(page)}/discard")

    assert client.get(_address(page)).status_code == 404


def test_the_shelf_groups_issues_and_shows_their_mail(client: TestClient) -> None:
    """Drafts stand together with a small picture, looking at which is no look that a send would count."""
    page = client.get("/").text

    assert re.search(r"<h2[^>]*>Drafts</h2>", page)
    assert "Changed " in page
    assert "the days grow longer again" in client.get("/issues/winter-light/thumbnail").text
    assert client.get("/issues/nothing/thumbnail").status_code == 404


def test_the_shelf_tells_what_keeps_a_draft_from_being_rendered(client: TestClient, desk_workspace: Workspace) -> None:
    """A draft with a merge tag that nobody knows needs mending, in its own words, without a picture of a mail."""
    write_issue(desk_workspace, "spring", "Dear {{ nickname }},\n")
    shelf = client.get("/").text
    card = shelf.partition('href="/issues/spring"')

    assert "nickname" in card[2].partition("</li>")[0]
    assert "Needs fixing" in card[2].partition("</li>")[0]
    assert "/issues/spring/thumbnail" not in shelf
    assert "/issues/winter-light/thumbnail" in shelf
    assert client.get("/issues/spring/thumbnail").content == b""
