"""Looking a reading over: a person's word against the reader's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.issues.make import post_file
from newsletter.posts import Decision, Dropped, Post, Reading, Source
from newsletter.posts.reader import read_post
from newsletter.posts.review import Part, Role, review, revise
from newsletter.workspace import Workspace
from tests.posts.corpus_case import Case, cases

PASTED = """\
Small Lights for Long Evenings
By Ida Holm

3 min read

Evenings begin early now.

Why it matters
The clock in the body follows the light. A dark morning sets it late.
Call 911 in an emergency.

12 views 0 comments
"""


def _read(text: str, workspace: Workspace) -> Reading:
    return read_post(Source(data=text.encode(), name="post.txt"), workspace.settings.clinic)


def _part(parts: tuple[Part, ...], text: str) -> int:
    return next(place for place, part in enumerate(parts) if part.text == text)


FROM_PROGRAMS = [case for case in cases() if case.name.startswith(("word-", "clip-word", "clip-gdocs", "clip-pages"))]


@pytest.mark.parametrize("case", FROM_PROGRAMS, ids=lambda case: case.name)
def test_lines_of_a_document_stand_where_they_stood(case: Case, workspace: Workspace) -> None:
    """Below a title stand byline and date, left out, before the first paragraph; put back, they are there again."""
    reading = case.read(workspace.settings.clinic)
    parts = review(reading)
    lines = [each.line for each in reading.dropped if each.line]
    left_out = [place for place, part in enumerate(parts) if part.role is Role.LEFT_OUT]
    above = {each.text for each in reading.dropped if 0 < each.line <= 1 + len(lines) and "byline" in each.reason}
    for place in left_out:
        if parts[place].text in above:
            assert all(part.role is Role.LEFT_OUT for part in parts[:place])
            body = revise(reading, parts, {place: Role.PARAGRAPH}).post.body
            assert body.startswith(parts[place].markdown)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_saying_nothing_changes_nothing(case: Case, workspace: Workspace) -> None:
    """Whatever was read comes out the same when nobody decides otherwise."""
    reading = case.read(workspace.settings.clinic)

    revised = revise(reading, review(reading), {})

    assert post_file(revised.post).split() == post_file(reading.post).split()


def test_the_source_s_order_is_kept(workspace: Workspace) -> None:
    """What was left out is shown where it stood."""
    parts = review(_read(PASTED, workspace))

    assert [(part.role, part.text.split(".")[0]) for part in parts] == [
        (Role.LEFT_OUT, "By Ida Holm"),
        (Role.LEFT_OUT, "3 min read"),
        (Role.PARAGRAPH, "Evenings begin early now"),
        (Role.SECTION, "Why it matters"),
        (Role.PARAGRAPH, "The clock in the body follows the light"),
        (Role.PARAGRAPH, "Call 911 in an emergency"),
        (Role.LEFT_OUT, "12 views 0 comments"),
    ]
    assert all(part.reason for part in parts)


def test_a_heading_becomes_a_paragraph_and_back(workspace: Workspace) -> None:
    """The wrong guess is mended without Markdown; the other parts stay."""
    reading = _read(PASTED, workspace)
    parts = review(reading)
    place = _part(parts, "Why it matters")

    as_text = revise(reading, parts, {place: Role.PARAGRAPH})
    again = review(as_text)
    back = revise(as_text, again, {_part(again, "Why it matters"): Role.SECTION})

    assert "\n\nWhy it matters\n\n" in as_text.post.body
    assert back.post.body == reading.post.body


def test_what_was_left_out_is_put_back_in_its_place(workspace: Workspace) -> None:
    """A dropped line that was meant comes back where it stood."""
    reading = _read(PASTED, workspace)
    parts = review(reading)

    revised = revise(reading, parts, {_part(parts, "3 min read"): Role.PARAGRAPH})

    assert revised.post.body.startswith("3 min read\n\nEvenings")
    assert [each.text for each in revised.dropped] == ["By Ida Holm", "12 views 0 comments"]


def test_what_is_left_out_by_hand_is_told(workspace: Workspace) -> None:
    """A part that a person takes out is listed among what was left out."""
    reading = _read(PASTED, workspace)
    parts = review(reading)

    revised = revise(reading, parts, {_part(parts, "Call 911 in an emergency."): Role.LEFT_OUT})

    assert "911" not in revised.post.body
    assert ("Call 911 in an emergency.", "by hand") in [(each.text, each.reason) for each in revised.dropped]


def test_a_line_with_marks_stays_what_it_says(workspace: Workspace) -> None:
    """Signs that mean something in Markdown are text, whatever the line becomes."""
    reading = _read(PASTED.replace("Why it matters", "2. Why *it* matters # 1"), workspace)
    parts = review(reading)
    place, said = next((place, part.text) for place, part in enumerate(parts) if "matters" in part.text)

    for role in (Role.PARAGRAPH, Role.SUBSECTION):
        again = review(revise(reading, parts, {place: role}))
        assert again[_part(again, said)].role is role


def test_a_list_cannot_become_a_heading(workspace: Workspace) -> None:
    """An impossible wish changes nothing."""
    reading = _read("Lights\n\nTry these things at home:\n- a lamp\n- a walk\n", workspace)
    parts = review(reading)
    place = next(place for place, part in enumerate(parts) if part.role is Role.OTHER)

    assert revise(reading, parts, {place: Role.SECTION}).post.body == reading.post.body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the workspace is only read
@given(choice=st.lists(st.sampled_from([Role.SECTION, Role.SUBSECTION, Role.PARAGRAPH]), min_size=7, max_size=7))
def test_no_word_is_lost_by_changing_roles(choice: list[Role], workspace: Workspace) -> None:
    """Whatever parts become, short of being left out, each of their words is in the post, in order."""
    reading = _read(PASTED, workspace)
    parts = review(reading)

    revised = revise(reading, parts, dict(enumerate(choice[: len(parts)])))

    words = [part.text.split() for part in review(revised) if part.role is not Role.LEFT_OUT]
    assert words == [part.text.split() for part in parts]


def test_what_is_not_sure_is_marked() -> None:
    """A line of which it is not sure what it is comes to a person's eyes, whether it stayed or was left out."""
    sure = Decision(1, "Evenings begin early now.", "paragraph", "it is", 0.99)
    unsure = Decision(3, "Why it matters", "heading 2", "it may be", 0.6)
    left_out = Dropped(5, "Rest", "stands among the page's boilerplate", 0.5)
    post = Post(title="Small Lights", body="Evenings begin early now.\n\n## Why it matters\n\nIt does.")
    reading = Reading(post, (left_out,), (sure, unsure))

    parts = review(reading)

    assert [part.text for part in parts if part.to_check] == ["Why it matters", "Rest"]
    assert [each.text for each in reading.to_check] == ["Why it matters", "Rest"]
