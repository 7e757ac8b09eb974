"""The public pages let readers out of the list, and nobody else do anything."""

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from newsletter.storage import Store
from newsletter.subscribers.records import add_subscriber, find_subscriber, get_subscriber
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import Status
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace

ANA = "ana@example.org"


@pytest.fixture
def link(store: Store) -> str:
    """Ana's own way out."""
    with store.write() as connection:
        person = add_subscriber(connection, store.key, ANA, wording="yes")
    return f"/u/{unsubscribe_token(store.key, person.id)}"


@pytest.fixture
def client(workspace: Workspace, store: Store) -> TestClient:
    """A mail program or browser that follows no redirect and would keep any cookie."""
    return TestClient(create_public_pages(workspace, store), follow_redirects=False)


def status(store: Store) -> Status:
    with store.read() as connection:
        return get_subscriber(connection, ANA).status


def test_looking_changes_nothing(client: TestClient, store: Store, link: str) -> None:
    """Scanners may fetch the link as often as they like: nothing is even written."""
    writes: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _u, sql, *_: writes.append(sql))
    for _ in range(5):
        assert "Unsubscribe?" in client.get(link).text
        assert client.head(link).status_code == 200
    assert not [sql for sql in writes if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert status(store) is Status.SUBSCRIBED


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {},
    ],
    ids=["urlencoded", "multipart", "button"],
)
def test_one_click(client: TestClient, store: Store, link: str, body: dict[str, object]) -> None:
    """A POST unsubscribes at once, whatever form its body has: 200, no redirect, no cookie."""
    answer = client.post(link, **body)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert status(store) is Status.UNSUBSCRIBED
    assert client.post(link).status_code == 200


def test_no_address_in_any_page(client: TestClient, link: str) -> None:
    """Whoever holds a forwarded mail learns no address from the link or its pages."""
    for answer in (client.get(link), client.post(link)):
        assert ANA not in answer.text
        assert ANA not in link
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/u/nonsense", "/u/" + "a" * 40, "/subscribe", "/u/", "/u/..%2f..%2fnewsletter.key"])
def test_strange_links(client: TestClient, store: Store, link: str, path: str) -> None:
    """A link that is not ours is answered kindly, and nobody is taken off the list."""
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in {404, 405}
    assert link
    assert status(store) is Status.SUBSCRIBED


def test_token_of_another_key(client: TestClient, store: Store, link: str) -> None:
    """A token that somebody made up with their own key opens nothing."""
    forged = unsubscribe_token(b"x" * 32, 1)
    assert client.post(f"/u/{forged}").status_code == 404
    assert link
    with store.read() as connection:
        person = find_subscriber(connection, ANA)
    assert person is not None
    assert person.status is Status.SUBSCRIBED


def test_hosted_pictures_are_answered(workspace: Workspace, store: Store) -> None:
    """A picture that a mail shows is answered; any other name is not found, and nothing is run from it."""
    known = {("2026-12-steps", "hills.png", mark): (b"\x89PNG", "image/png") for mark in ("", "abc")}
    app = create_public_pages(workspace, store, pictures=lambda *asked: known.get(asked))
    client = TestClient(app)
    for address in ("/pictures/2026-12-steps/hills.png", "/pictures/2026-12-steps/abc/hills.png"):
        found = client.get(address)
        assert (found.status_code, found.content, found.headers["content-type"]) == (200, b"\x89PNG", "image/png")
        assert found.headers["x-content-type-options"] == "nosniff"
    assert client.get("/pictures/2026-12-steps/abd/hills.png").status_code == 404
    assert client.get("/pictures/2026-12-steps/other.png").status_code == 404
    assert client.get("/pictures/2026-12-steps/%2e%2e%2fissue.md").status_code == 404
