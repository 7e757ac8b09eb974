"""The file stays the truth: what the editor does not change, it writes as it was, whatever that is."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from markdown_it.tree import SyntaxTreeNode
from playwright.sync_api import Page

from newsletter.errors import IssueError
from newsletter.issues import Passage
from newsletter.message import MergeTags
from newsletter.rendering.markdown import parse
from newsletter.web.desk.writing.fields import boxes_to_insert
from tests.web.running import RunningDesk
from tests.web.writing.markdown_texts import TEXTS, repository_texts

pytestmark = pytest.mark.browser

OPENED = Path(__file__).with_name("open_texts.js").read_text("utf-8")


def opened(texts: list[str]) -> dict[str, Any]:
    """Return what the script needs to open texts."""
    return {"texts": texts, "boxes": boxes_to_insert()}


@pytest.fixture
def editor(page: Page, desk: RunningDesk) -> Page:
    """A page of the desk, whose scripts may be asked for."""
    page.goto(f"{desk.address}/settings")
    return page


def test_the_repositorys_posts_stay_byte_for_byte(editor: Page) -> None:
    """Opened, they are written as they were; with a word typed, all but its block stays; without it, all does."""
    texts = list(repository_texts().values())
    told = editor.evaluate(OPENED, opened(texts))

    assert told["wrong"] == []
    assert len(texts) > 300
    assert told["edits"] > 3000
    assert told["kept"] < 10  # nearly everything is shown as readers get it


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
@example(text="***\n\n\u00a0")
@example(text="One\n\n\u00a0\n\nTwo\n")
def test_whatever_is_written_stays(editor: Page, text: str) -> None:
    """Also odd texts: raw HTML, half merge fields, lazy quotations, tabs, boxes in boxes."""
    assert editor.evaluate(OPENED, opened([text]))["wrong"] == []


def test_what_is_written_anew_means_the_same_to_the_mail(editor: Page) -> None:
    """The server reads the editor's own Markdown as it reads the author's, for each block of each post."""
    texts = repository_texts()
    anew = editor.evaluate(OPENED, opened(list(texts.values())))["anew"]

    differing = {
        name: (before, after)
        for (name, text), written in zip(texts.items(), anew, strict=True)
        if (before := meaning(text)) != (after := meaning(written))
    }
    assert differing == {}


def meaning(text: str) -> list[object]:
    """Return what the mail makes of a text, without what it does not care for: lines, and signs for the same thing."""
    try:
        tree = parse(Passage(path=Path("post.md"), first_line=1, markdown=text), MergeTags())
    except IssueError as wrong:  # the same mistake stays the same mistake
        return [wrong.what]
    return [_said(node) for node in tree.children]


def _said(node: SyntaxTreeNode) -> object:
    if node.type == "inline":
        return _words(node.children)
    attrs = tuple(sorted((name, value) for name, value in node.attrs.items()))
    info = " ".join(node.info.split()) if node.type == "container_box" else ""
    content = node.content if node.type in {"fence", "code_block", "html_block"} else ""
    return (node.type, node.tag, attrs, info, content, [_said(child) for child in node.children])


def _words(nodes: Iterable[SyntaxTreeNode]) -> str:
    said = "".join(_word(node) for node in nodes)
    return re.sub(r"\s+", " ", said).strip()


def _word(node: SyntaxTreeNode) -> str:
    if node.type == "softbreak":
        return " "
    if node.type in {"text", "html_inline", "code_inline"}:
        return node.content
    attrs = sorted((name, value) for name, value in node.attrs.items())
    meta = node.meta.get("label", "") if node.type == "footnote_ref" else ""
    return f"<{node.type} {attrs} {meta} {_words(node.children)}>"
