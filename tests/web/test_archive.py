"""The archive on the public pages: a page for everybody, which changes nothing and gives nothing away."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from newsletter.archive import Archive, add_correction
from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.issues.load import load_issue
from newsletter.rendering import render_issue
from newsletter.storage import Store
from newsletter.transports.outbox import OutboxTransport
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace, open_workspace
from tests.campaigns.samples import add_people
from tests.web.samples import write_issue

LETTER = "Dear {{ first_name or 'reader' }} {{ email }},\n\n![A window](images/window.gif)\n"


@pytest.fixture
def public(workspace: Workspace, store: Store) -> Workspace:
    """A workspace in practice mode whose archive is on, with one issue sent."""
    path = workspace.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8") + "\n[archive]\npublic = true\n", "utf-8")
    write_issue(workspace, letter=LETTER)
    opened = open_workspace(workspace.root)
    message = render_issue(opened, load_issue(opened, "winter-light")).message
    add_people(store, 3)
    dispatch(
        store,
        start(store, message, slug="winter-light", plan=Plan(transport="outbox")),
        OutboxTransport(opened.outbox_dir),
    )
    return opened


@pytest.fixture
def client(public: Workspace, store: Store) -> TestClient:
    """A browser that follows no redirect."""
    app = create_public_pages(public, store, archive=Archive(public, store))
    return TestClient(app, follow_redirects=False)


def test_every_page_can_be_read(client: TestClient, store: Store) -> None:
    """Pages, feeds and pictures are answered, to HEAD as well, and nothing is written."""
    writes: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _u, sql, *_: writes.append(sql))
    page = client.get("/archive/winter-light/")
    picture = re.search(r'src="([0-9a-f]{16}\.\w+)"', page.text)
    assert picture
    kinds = {
        "/archive/": "text/html",
        "/archive/winter-light/": "text/html",
        "/archive/winter-light/index.html": "text/html",
        f"/archive/winter-light/{picture[1]}": "image/",
        "/archive/archive.css": "text/css",
        "/archive/feed.atom": "application/atom+xml",
        "/archive/feed.json": "application/feed+json",
    }
    for path, kind in kinds.items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith(kind)
        assert client.head(path).headers["content-length"] == str(len(answer.content))
        assert client.post(path).status_code == 405
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in answer.headers
    assert not [sql for sql in writes if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_nobody_is_in_it(client: TestClient) -> None:
    """No address, no name and no token of a reader is on the page."""
    page = client.get("/archive/winter-light/").text
    assert "Dear reader ," in page
    for gone in ("reader1@", "reader2@", "Reader 1", "/u/", "mailto:hello@elmstreet.example.org?", "unsubscribe"):
        assert gone not in page


def test_the_page_can_run_nothing(client: TestClient) -> None:
    """Whatever an issue holds, the page loads and runs nothing from elsewhere."""
    policy = client.get("/archive/winter-light/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "img-src 'self'" in policy


@pytest.mark.parametrize(("path", "to"), [("/archive", "archive/"), ("/archive/winter-light", "winter-light/")])
def test_addresses_without_a_slash(client: TestClient, path: str, to: str) -> None:
    """Relative links need the slash; the way there names no host, whatever the request says."""
    answer = client.get(path, headers={"Host": "evil.example.com"})
    assert answer.status_code == 308
    assert answer.headers["location"] == to


@pytest.mark.parametrize(
    "path",
    ["/archive/other", "/archive/other/", "/archive/winter-light/x", "/archive/..%2fnewsletter.toml", "/archive/%00",
     "/archive/winter-light/..%2f..%2fnewsletter.key", "/archive/winter-light//", "/archive/" + "a" * 5000],
)  # fmt: skip
def test_anything_else_is_not_found(client: TestClient, path: str) -> None:
    """What is not in the archive is not found, and no file of the workspace is."""
    assert client.get(path).status_code == 404


def test_a_correction_shows_at_once(client: TestClient, public: Workspace) -> None:
    """The pages need not be started again."""
    assert "On Thursday" not in client.get("/archive/winter-light/").text
    add_correction(public, "winter-light", "On Thursday.", datetime.now(tz=UTC))
    assert "On Thursday." in client.get("/archive/winter-light/").text


def test_it_is_nowhere_unless_turned_on(workspace: Workspace, store: Store) -> None:
    """Without the setting there is no such page."""
    client = TestClient(create_public_pages(workspace, store))
    assert client.get("/archive/").status_code == 404
    assert client.get("/archive").status_code == 404
