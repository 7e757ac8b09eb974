"""The footer's links: what they are depends on whether there are public pages."""

import re
from dataclasses import replace

import pytest

from newsletter.message import fill_message
from newsletter.rendering import render_issue
from newsletter.rendering.theme import find_themes, open_theme
from newsletter.workspace import Workspace
from tests.rendering.conftest import READER, MakeIssue


def with_pages(workspace: Workspace, theme: str, public_url: str, *, signup: bool) -> Workspace:
    settings = workspace.settings
    web = replace(settings.web, public_url=public_url, signup=signup)
    return replace(workspace, settings=replace(settings, web=web, theme=replace(settings.theme, name=theme)))


@pytest.mark.parametrize("theme", ["clinic", "digest", "journal", "letter"])
@pytest.mark.parametrize(
    ("public_url", "signup", "preferences", "subscribe"),
    [("", True, 0, 0), ("https://news.example.org/a", False, 1, 0), ("https://news.example.org/a", True, 1, 1)],
)
def test_links_of_the_footer(
    workspace: Workspace,
    make_issue: MakeIssue,
    theme: str,
    public_url: str,
    signup: bool,  # noqa: FBT001
    preferences: int,
    subscribe: int,
) -> None:
    """With public pages, each reader's mail leads to their preferences; where people can join, a friend to the form."""
    chosen = with_pages(workspace, theme, public_url, signup=signup)
    filled = fill_message(render_issue(chosen, make_issue("Words.")).message, READER)
    for part in (filled.html, filled.text):
        assert len(re.findall(r"https://news\.example\.org/u/abc\b(?!/)", part)) == 1
        assert part.count("https://news.example.org/u/abc/preferences") == preferences
        assert part.count("https://news.example.org/a/subscribe") == subscribe


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_every_word_is_there_in_every_language(workspace: Workspace, language: str) -> None:
    """Whatever a theme says in English, it says in the others."""
    for name in find_themes(workspace):
        themed = with_pages(workspace, name, "", signup=False)
        english, other = (open_theme(themed, code).tokens["words"] for code in ("en", language))
        same = {word for word, text in english.items() if other[word] == text}
        assert same <= {"website", "email", "sources"}, name
