"""The history as a person sees it."""

import datetime as dt
import re
from pathlib import Path

from starlette.testclient import TestClient

from newsletter.issues.history import History, Reason
from tests.web.writing.conftest import ISSUE, Post


def test_an_empty_history_says_what_it_is_for(client: TestClient) -> None:
    """Nobody wonders at an empty page."""
    assert "what it said before is kept here" in client.get(f"{ISSUE}/history").text


def test_times_are_the_clinics(client: TestClient, folder: Path) -> None:
    """Half past one in the morning in London is still the evening before in Massachusetts."""
    history = History(folder, "issue.md")
    history.keep("one", Reason.FOUND, dt.datetime(2026, 12, 2, 1, 30, tzinfo=dt.UTC))

    page = client.get(f"{ISSUE}/history").text
    assert "Tue, Dec 1, 2026" in page
    assert re.search(r"8:30\sPM", page)


def test_restoring_is_offered_with_what_would_change(post: Post, client: TestClient, folder: Path) -> None:
    """The page shows which words would come and go; restoring offers the way back, which works."""
    text = (folder / "issue.md").read_text("utf-8")
    post("/write", {"file": "issue.md", "base": text, "text": text.replace("longer", "brighter")})

    page = client.get(f"{ISSUE}/history").text
    assert "<del>brighter</del><ins>longer</ins>" in page
    version = re.findall(r'name="version" value="([^"]+)"', page)[0]

    done = post("/history", {"file": "issue.md", "version": version}, accept="text/html")
    assert (folder / "issue.md").read_text("utf-8") == text
    said = client.get(done.headers["location"]).text
    assert "The earlier version is back" in said

    undo = re.findall(r'name="version" value="([^"]+)"', said)[0]
    post("/history", {"file": "issue.md", "version": undo})
    assert (folder / "issue.md").read_text("utf-8") == text.replace("longer", "brighter")


def test_versions_of_a_post_have_their_own_list(post: Post, client: TestClient, folder: Path) -> None:
    """What happened to one file is not mixed with another."""
    text = (folder / "posts" / "light.md").read_text("utf-8")
    post("/write", {"file": "posts/light.md", "base": text, "text": text + "\nMore.\n"})

    assert "Found in the file" in client.get(f"{ISSUE}/history?file=posts/light.md").text
    assert "Found in the file" not in client.get(f"{ISSUE}/history").text


def test_a_version_that_is_gone_says_so(post: Post, folder: Path) -> None:
    """Nothing is restored in its place."""
    text = (folder / "issue.md").read_text("utf-8")
    answer = post("/history", {"file": "issue.md", "version": "20261201T120000000000Z-saved.md"})

    assert answer.status_code == 422
    assert "no longer kept" in answer.json()["what"]
    assert (folder / "issue.md").read_text("utf-8") == text
