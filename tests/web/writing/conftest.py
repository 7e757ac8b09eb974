"""Somebody who writes: requests as the editor makes them."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from newsletter.workspace import Workspace
from tests.web.running import RunningDesk
from tests.web.samples import PORT

ISSUE = "/issues/winter-light"
Post = Callable[..., httpx2.Response]


@pytest.fixture
def folder(desk_workspace: Workspace) -> Path:
    """The issue's folder."""
    return desk_workspace.issues_dir / "winter-light"


@pytest.fixture
def post(client: TestClient) -> Post:
    """Posts a form as the editor's script does, with the desk's token, below the issue's address."""
    found = re.search(r'name="desk-token" content="([^"]+)"', client.get(f"{ISSUE}/write").text)
    assert found
    headers = {"X-Desk-Token": found[1], "Origin": f"http://127.0.0.1:{PORT}", "Accept": "application/json"}

    def send(page: str, data: dict[str, str], accept: str = "application/json", **more: object) -> httpx2.Response:
        answer: httpx2.Response = client.post(ISSUE + page, data=data, headers=headers | {"Accept": accept}, **more)  # type: ignore[arg-type]
        return answer

    return send


@pytest.fixture
def writer(browser: Browser, desk: RunningDesk) -> Page:
    """A page that has opened the desk; what goes wrong in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    name, _, value = desk.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": desk.address}])
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    opened.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
    return opened
