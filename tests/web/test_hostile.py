"""Every address of the desk against requests that nobody at the desk would make.

The addresses are taken from the app itself, so that a new one is tried without being named here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from starlette.convertors import IntegerConvertor
from starlette.routing import Route
from starlette.testclient import TestClient

from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace
from tests.web.samples import PORT, write_issue

ORIGIN = f"http://127.0.0.1:{PORT}"
SECRET = "the-neighbour's-diary"
TRAVERSALS = [
    "..",
    "../secret.md",
    "..%2fsecret.md",
    "%2e%2e%2fsecret.md",
    "..%5csecret.md",
    "....//secret.md",
    "%252e%252e%252fsecret.md",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "C:%5cWindows%5cwin.ini",
    "winter-light%2f..%2f..%2fsecret.md",
    "secret.md%00.png",
    "newsletter.toml",
    ".env",
    "<script>alert(1)</script>",
    "'%20OR%201=1--",
    "a" * 5_000,
]


class Outside(NamedTuple):
    """A desk, its routes, and somebody who followed its link."""

    client: TestClient
    routes: list[Route]
    token: dict[str, str]

    def of(self, method: str) -> list[Route]:
        """Return the routes that answer `method`."""
        found = [route for route in self.routes if method in (route.methods or ())]
        assert len(found) > 20
        return found


@pytest.fixture
def outside(workspace: Workspace) -> Iterator[Outside]:
    """A desk beside whose workspace lies a file that is nobody's business."""
    write_issue(workspace)
    (workspace.root.parent / "secret.md").write_text(SECRET, "utf-8")
    (workspace.issues_dir / "secret.md").write_text(SECRET, "utf-8")
    (workspace.root / ".env").write_text(f"SENDGRID_API_KEY={SECRET}\n", "utf-8")
    gate = Gate(PORT)
    desk: Any = create_desk(workspace, gate, Changes(workspace.root))
    routes = [route for route in desk._app.routes if isinstance(route, Route)]
    with TestClient(desk, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False) as client:
        client.get(gate.link())
        token = client.get("/").text.partition('name="desk-token" content="')[2].partition('"')[0]
        assert len(token) > 40
        yield Outside(client, routes, {"desk_token": token})


def test_no_change_without_the_token(outside: Outside) -> None:
    """Cookie and origin do not suffice: each change wants the token that only the desk's pages know."""
    for route in outside.of("POST"):
        for token in ("", "guessed", "x" * 43):
            answer = outside.client.post(_filled(route), data={"desk_token": token}, headers={"Origin": ORIGIN})
            assert answer.status_code == 403, f"{route.path} with the token {token!r}"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", f"https://127.0.0.1:{PORT}"])
def test_no_change_from_elsewhere(outside: Outside, origin: str) -> None:
    """Another site's form is refused at each address, token or not."""
    for route in outside.of("POST"):
        answer = outside.client.post(_filled(route), data=outside.token, headers={"Origin": origin})
        assert answer.status_code == 403, route.path


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "localhost", "127.0.0.1:4321.evil.example"])
def test_no_answer_under_another_name(outside: Outside, host: str) -> None:
    """A foreign name for this machine gets no page and makes no change."""
    for route in outside.routes:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        headers = {"Host": host, "Origin": ORIGIN}
        assert outside.client.request(method, _filled(route), headers=headers).status_code in {403, 421}, route.path


def test_no_change_without_the_cookie(outside: Outside) -> None:
    """The token alone opens nothing."""
    outside.client.cookies.clear()
    for route in outside.of("POST"):
        answer = outside.client.post(_filled(route), data=outside.token, headers={"Origin": ORIGIN})
        assert answer.status_code == 403, route.path


@pytest.mark.parametrize("value", TRAVERSALS)
def test_no_path_leads_out(outside: Outside, value: str) -> None:
    """Whatever stands in one place of an address, no file outside what the desk shows is read, and nothing breaks."""
    places = [(route, place) for route in outside.routes for place in route.param_convertors]
    for route, place in places:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        answer = _ask(outside, method, _filled(route, **{place: value}))
        assert answer.status_code < 500, f"{method} {route.path}: {answer.text[-300:]}"
        assert SECRET not in answer.text, route.path
        assert "<script>alert(1)" not in answer.text, route.path


@pytest.mark.parametrize("value", TRAVERSALS)
def test_no_question_leads_out(outside: Outside, value: str) -> None:
    """The same for what stands behind the question mark of pages about an issue."""
    names = ("file", "line", "note", "view", "reader", "with", "version", "q", "page", "sort", "tag", "status")
    for route in outside.of("GET"):
        if _streams(route):
            continue
        query = "&".join(f"{name}={value}" for name in names)
        answer = _ask(outside, "GET", f"{_filled(route)}?{query}")
        assert answer.status_code < 500, f"{route.path}: {answer.text[-300:]}"
        assert SECRET not in answer.text, route.path
        assert "<script>alert(1)" not in answer.text, route.path


def test_a_body_that_is_no_form_changes_nothing(outside: Outside, workspace: Workspace) -> None:
    """Broken, foreign and endless bodies are refused in words, and the files stay as they were."""
    before = _files(workspace.issues_dir)
    broken = [
        ("application/json", b'{"a": 1}'),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("text/plain", b"a" * 100_000),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&" * 50),
    ]
    for route in outside.of("POST"):
        for kind, body in broken:
            headers = {"Origin": ORIGIN, "Content-Type": kind}
            answer = outside.client.post(_filled(route), content=body, headers=headers)
            assert 400 <= answer.status_code < 500, f"{route.path} as {kind}"
    assert _files(workspace.issues_dir) == before


def _ask(outside: Outside, method: str, address: str) -> httpx2.Response:
    if method == "GET":
        return outside.client.get(address)
    return outside.client.post(address, data=outside.token, headers={"Origin": ORIGIN})


def _filled(route: Route, **foreign: str) -> str:
    """Return an address of the route with what belongs in each place, but for those that are `foreign`."""
    known = {name: "1" if _is_number(route, name) else "winter-light" for name in route.param_convertors}
    return re.sub(r"\{(\w+)[^}]*\}", lambda match: (known | foreign)[match[1]], route.path)


def _is_number(route: Route, place: str) -> bool:
    return isinstance(route.param_convertors[place], IntegerConvertor)


def _streams(route: Route) -> bool:
    """Whether the answer ends only when the desk does."""
    return route.name in {"events", "news"}


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
