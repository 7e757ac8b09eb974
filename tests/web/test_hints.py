"""What the desk tells people to do can be done at the desk; what only a terminal can do is called so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import newsletter
from newsletter.campaigns.records import known_campaign
from newsletter.errors import CampaignError, NewsletterError
from newsletter.storage import Store
from newsletter.workspace import Workspace
from tests.web.samples import PORT

SOURCE = Path(newsletter.__file__).parent
COMMAND = re.compile(r"(?:^|[\s“:])(?:newsletter (?!command|database)[a-z-]+ [A-Za-z{-]|--[a-z])")
ELSEWHERE = ("cli/", "doctor/", "workspace/", "storage/", "web/desk/server.py", "web/listening.py", "checks/online.py")
"""What is only ever read in a terminal: before there is a desk, or about options of a command."""


def _hints() -> Iterator[tuple[str, str]]:
    """Yield each file, and each text in it that is given as a hint."""
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        if not name.startswith(ELSEWHERE):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield from ((name, text) for text in _texts(node))


def _texts(node: ast.AST) -> Iterator[str]:
    is_hint = isinstance(node, ast.keyword) and node.arg == "hint"
    if isinstance(node, ast.Assign):
        is_hint = any(isinstance(each, ast.Name) and each.id in {"hint", "hints"} for each in node.targets)
    if is_hint:
        assert isinstance(node, ast.keyword | ast.Assign)
        yield from (each.value for each in ast.walk(node.value) if _is_text(each))  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_no_hint_is_a_command() -> None:
    """Commands and their options stand beside the hint, where the desk does not show them."""
    hints = list(_hints())

    assert len(hints) > 150
    assert [(name, text) for name, text in hints if COMMAND.search(text)] == []


def test_in_a_terminal_the_command_is_told(store: Store) -> None:
    """The same error tells both there."""
    with pytest.raises(CampaignError) as raised:
        known_campaign(store, "spring")

    assert str(raised.value) == "spring was never sent\nSend it first: newsletter send spring"
    assert raised.value.hint == "Send it first."
    assert NewsletterError("it is so", command="--now").remedy == "--now"


def test_the_pages_name_commands_as_what_they_are() -> None:
    """Where a page names a command, it says that it is one for a terminal."""
    for path in (SOURCE / "web" / "desk" / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        for found in re.finditer(r"<code>newsletter [a-z]", text):
            before = text[max(0, found.start() - 60) : found.start()].casefold()
            assert "terminal" in before or path.name == "refusal.html", f"{path.name}: {text[found.start() :][:60]}"


def test_a_refused_address_is_told_without_an_option(client: TestClient, desk_workspace: Workspace) -> None:
    """Somebody who gives an address of the clinic's own network reads what to do at the desk."""
    assert desk_workspace.issues_dir.is_dir()
    token = re.findall(r'name="desk-token" content="([^"]+)"', client.get("/new").text)[0]
    fields = {"desk_token": token, "link": f"http://127.0.0.1:{PORT}/people"}
    page = client.post("/new", data=fields, headers={"Origin": f"http://127.0.0.1:{PORT}"}).text

    assert "copy the post, and paste it" in page
    assert "--allow-local" not in page
