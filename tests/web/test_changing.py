"""Requests that change something: the token, the limits, and how errors are told."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from newsletter.errors import SubscriberError
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.pagemaking import PageMaker
from newsletter.web.desk.proofs import Proofs
from newsletter.web.desk.room import Room
from newsletter.workspace import Workspace

TOKEN = "the-desk-knows"


@pytest.fixture
def done() -> list[str]:
    """What handlers were asked to do."""
    return []


@pytest.fixture
def client(workspace: Workspace, done: list[str]) -> Iterator[TestClient]:
    """A desk with nothing but two changes, one of which always fails."""
    proofs = Proofs(workspace)
    pages = PageMaker(proofs, TOKEN)
    room = Room(proofs, Changes(workspace.root), pages)

    def greet(_request: Request, form: FormData) -> Response:
        done.append(str(form["name"]))
        return pages.go_on("/seen", f"Greeted {form['name']}.", Undo("/ungreet", {"name": str(form["name"])}))

    def fail(_request: Request, _form: FormData) -> Response:
        raise SubscriberError("nobody has this name", hint="Try another one.")

    def seen(request: Request) -> Response:
        return pages.page(request, "missing.html", {"what": "Seen."})

    app = Starlette(
        routes=[room.change("/greet", greet, most_bytes=2_000), room.change("/fail", fail)],
        exception_handlers={SubscriberError: pages.refused},
    )
    app.add_route("/seen", seen)
    app.add_route("/ungreet", lambda _request: PlainTextResponse(""))
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
def test_a_change_without_the_token_is_refused(client: TestClient, done: list[str], token: str | None) -> None:
    """Nothing happens for a form that the desk did not hand out."""
    fields = {"name": "Ana"} | ({} if token is None else {"desk_token": token})

    assert client.post("/greet", data=fields).status_code == 403
    assert done == []


def test_a_change_is_made_and_told_once_with_its_undo(client: TestClient, done: list[str]) -> None:
    """The browser is led on to a page that says what was done and offers the way back."""
    answer = client.post("/greet", data={"name": "<b>Ana", "desk_token": TOKEN})

    assert done == ["<b>Ana"]
    assert "Greeted &lt;b&gt;Ana." in answer.text
    assert 'action="/ungreet"' in answer.text
    assert "Greeted" not in client.get("/seen?note=made-up").text


def test_a_script_sends_the_token_in_a_header(client: TestClient, done: list[str]) -> None:
    """Scripts need no hidden field."""
    assert client.post("/greet", data={"name": "Ana"}, headers={"X-Desk-Token": TOKEN}).status_code == 200
    assert done == ["Ana"]


@pytest.mark.parametrize("file", [b"", b"x" * 3_000])
def test_too_much_is_refused_before_anything_happens(client: TestClient, done: list[str], file: bytes) -> None:
    """A body over the route's limit is refused, whether in a field or in a file."""
    name = "Ana" if file else "A" * 3_000
    answer = client.post("/greet", data={"name": name, "desk_token": TOKEN}, files={"file": ("list.csv", file)})

    assert answer.status_code == 413
    assert done == []


def test_an_error_says_what_to_do_next(client: TestClient) -> None:
    """A person gets a page, a script gets the same words as JSON."""
    form = {"desk_token": TOKEN}
    page = client.post("/fail", data=form)
    told = client.post("/fail", data=form, headers={"Accept": "application/json"})

    assert (page.status_code, told.status_code) == (422, 422)
    assert "nobody has this name" in page.text
    assert "Try another one." in page.text
    assert told.json() == {"what": "nobody has this name", "where": "", "hint": "Try another one."}
