"""Somebody who writes: requests as the editor makes them."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page
from starlette.testclient import TestClient

from newsletter.workspace import Workspace
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
def writer(page: Page) -> Page:
    """The page that somebody writes in who has chosen Markdown."""
    return choose_markdown(page)


def choose_markdown(page: Page) -> Page:
    """Let a browser remember that its person writes Markdown."""
    page.add_init_script("try { localStorage.setItem('desk-writing', 'markdown') } catch {}")
    return page
