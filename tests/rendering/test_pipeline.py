"""An issue becomes one message, whose parts say the same and can be filled for anybody."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from newsletter.errors import IssueError, ThemeError
from newsletter.issues import Issue
from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, Message, Recipient, fill_message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

from .conftest import READER

Render = Callable[..., Message]


def test_both_parts_let_a_reader_leave(render: Render, workspace: Workspace) -> None:
    """The unsubscribe placeholder and the postal address stand in the HTML and in the text."""
    message = render("Hello.")
    assert f'href="{UNSUBSCRIBE_PLACEHOLDER}"' in message.html
    assert f"Unsubscribe: {UNSUBSCRIBE_PLACEHOLDER}" in message.text
    for part in (message.html, message.text):
        assert workspace.settings.clinic.postal_address in part


def test_it_says_whom_to_call(render: Render) -> None:
    """The contact block has links that dial, write and open."""
    html = render("Hello.").html
    assert 'href="tel:+15085550100"' in html
    assert 'href="mailto:hello@elmstreet.example.org"' in html
    assert 'href="https://www.elmstreet.example.org"' in html


def test_rendering_twice_gives_the_same_message(workspace: Workspace, everything: Issue) -> None:
    """Nothing in a message depends on when or how often it was rendered: its digest can be frozen."""
    assert render_issue(workspace, everything).message.digest == render_issue(workspace, everything).message.digest


def test_an_awkward_name_is_right_in_each_part(render: Render) -> None:
    """A name with markup in it is escaped in HTML and stands as it is in text and subject."""
    message = render("x", letter="Hello {{ first_name }}!", subject="For {{ first_name }}")
    reader = Recipient(ref="r", email="r@example.org", first_name="O'Brien & Sons <b>")
    filled = fill_message(message, reader)
    assert "Hello O&#x27;Brien &amp; Sons &lt;b&gt;!" in filled.html
    assert "Hello O'Brien & Sons <b>!" in filled.text
    assert filled.subject == "For O'Brien & Sons <b>"


def test_a_teaser_stands_for_its_post(workspace: Workspace, everything: Issue) -> None:
    """A post with a teaser is a title that leads on, and its body is left out of the mail."""
    message = render_issue(workspace, everything).message
    link = "https://www.elmstreet.example.org/blog/light-at-breakfast"
    assert f'<a href="{link}"' in message.html
    assert link in message.text
    for part in (message.html, message.text):
        assert "Ten minutes at an open window" in part
        assert "The whole post is read" not in part


def test_a_teaser_needs_a_link(workspace: Workspace, everything: Issue) -> None:
    """A teaser without the address of its post is an error in that post's file."""
    last = everything.posts[-1]
    unlinked = replace(last, post=replace(last.post, link=""))
    with pytest.raises(IssueError) as caught:
        render_issue(workspace, replace(everything, posts=(*everything.posts[:-1], unlinked)))
    assert caught.value.where.endswith("light.md:3")


def test_an_issue_of_many_posts_begins_with_a_list(render: Render) -> None:
    """From three posts on, the mail says first what is in it."""
    assert "In this issue" not in render("one", "two").text
    assert "In this issue:\n\n- Post 1\n- Post 2\n- Post 3\n" in render("one", "two", "three").text


@pytest.mark.parametrize("around", ["{}", "“{}”", "({}):", "dear-{}-x", "{}’s"])
def test_no_place_for_a_name_is_left(render: Render, around: str) -> None:
    """Wherever a merge tag stands, it is filled: in titles in capitals, headings, boxes and tables, too."""
    name = around.format("{{ first_name }}")
    body = f"# {name}\n\n::: note {name}\n{name}\n:::\n\n| {name} |\n|--|\n| {name} |\n\n> {name}\n> — {name}"
    message = render(body, body, subject=name, preheader=name, title=name, letter=name)
    filled = fill_message(message, READER)
    for part in (filled.subject, filled.html, filled.text):
        assert "Maria" in part
        assert "merge" not in part.lower()


def test_the_clinics_own_name_is_escaped(workspace: Workspace, everything: Issue) -> None:
    """A clinic named with an ampersand or an angle bracket breaks no markup."""
    clinic = replace(workspace.settings.clinic, name='Mind & Body <"Elm"> *_[x]`')
    named = replace(workspace, settings=replace(workspace.settings, clinic=clinic))
    message = render_issue(named, everything).message
    assert "Mind &amp; Body &lt;" in message.html
    assert 'Mind & Body <"Elm"> *_[x]`' in message.text


@pytest.mark.parametrize("place", ["letter", "subject", "preheader", "title", "body"])
def test_a_misspelt_merge_tag_is_named(make_issue: Callable[..., Issue], workspace: Workspace, place: str) -> None:
    """Wherever a wrong merge tag stands, the error names the file, the line and the right one."""
    wrong = "Hi\n\n{{ frist_name }}" if place in {"letter", "body"} else "{{ frist_name }}"
    issue = make_issue(wrong) if place == "body" else make_issue("x", **{place: wrong})
    with pytest.raises(IssueError) as caught:
        render_issue(workspace, issue)
    lines = {"letter": "issue.md:8", "body": "1.md:7", "title": "1.md:1", "subject": "issue.md:1"}
    assert caught.value.where.endswith(lines.get(place, "issue.md:1"))
    assert "{{ first_name }}" in caught.value.hint


def test_an_unknown_theme_is_told_with_the_known(workspace: Workspace, everything: Issue) -> None:
    """A theme that does not exist is an error that lists those that do."""
    theme = replace(workspace.settings.theme, name="clinik")
    with pytest.raises(ThemeError) as caught:
        render_issue(replace(workspace, settings=replace(workspace.settings, theme=theme)), everything)
    assert "clinic" in caught.value.hint


def test_staff_text_is_no_template(render: Render) -> None:
    """Template syntax in a post is text: nothing that staff write is ever compiled."""
    message = render("{% include 'theme.toml' %} {# gone? #} `{{ 7 * 7 }}`")
    for part in (message.html, message.text):
        assert "{% include" in part
        assert "{# gone? #}" in part
        assert "{{ 7 * 7 }}" in part


def test_braces_can_be_written(render: Render) -> None:
    """Braces in code, or behind backslashes, are literal; anywhere else they are a merge tag."""
    message = render("Use `{{ first_name }}` or \\{\\{ first_name \\}\\}.\n\n```\n{{ x }}\n```\n\n    {{ y }}")
    for literal in ("{{ first_name }}", "{{ x }}", "{{ y }}"):
        assert literal in message.html
        assert literal in message.text
    assert message.text.count("{{ first_name }}") == 2
    assert message.fields == ()


TAGS = ["<p>", "</p>", "<b>", "<br>", "<td>", "<mj-text>", "</mj-text>", "<!--", "]]>", "<script>", "<svg>", "<style>"]
TAGS += ["<?php", "<!DOCTYPE>", "<plaintext>", "<textarea>", "</td></tr></table>", "<a>", "&nbsp;", "&bogus;"]
MARKS = [
    "**",
    "*",
    "`",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "|",
    "\n|a|b|\n|--|--|\n|c|d|\n",
    "[",
    "](https://a.example)",
]
BLOCKS = ["\n::: note\nx\n:::\n", "[^1]", "\n\n[^1]: x\n\n", "---\n", "    ", "{{ first_name }}", "{%", "~~", "\\"]
TEXTS = ["1 < 2 & 3", "word ", "é", "🌿", "\x00", "\ufffe", "'", '"']


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from([*TAGS, *MARKS, *BLOCKS, *TEXTS]), max_size=40))
def test_whatever_is_pasted_breaks_no_mail(render: Render, pieces: list[str]) -> None:
    """Any heap of Markdown and HTML gives a whole mail, or an error that names its line."""
    try:
        message = render("".join(pieces))
    except IssueError as err:
        event(err.what[:30])
        return
    assert message.html.rstrip().endswith("</html>")
    assert "Unsubscribe</a>" in message.html.partition(UNSUBSCRIBE_PLACEHOLDER)[2]
    assert "<script" not in message.html


def test_marks_around_a_name_work(render: Render) -> None:
    """Emphasis, quotation marks and apostrophes beside a merge tag are what they are beside a word."""
    tag = "{{ first_name }}"
    message = render(f"re**{tag}**s, *{tag}*, \"{tag}\", {tag}'s and others' lives")
    html = fill_message(message, READER).html
    assert "re<strong>Maria</strong>s, <em>Maria</em>, “Maria”, Maria’s and others’ lives" in html
