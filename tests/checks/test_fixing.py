"""What a finding offers to change does away with it, touches nothing else, and can be taken back."""

from datetime import UTC, datetime

import pytest

from newsletter.checks import Finding, check_issue
from newsletter.checks.fix import SetKey
from newsletter.errors import IssueError
from newsletter.issues import load_issue
from newsletter.issues.editing import restore_version
from newsletter.rendering import render_issue
from newsletter.services.fixing import fix_findings
from newsletter.workspace import Workspace
from tests.checks.samples import Sample, check

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SLUG = "winter-light"
POST = "posts/light.md"
GOOGLE = "https://www.google.com/url?q=https://www.example.org/sleep%20well&sa=D&ust=17"
OUTLOOK = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.org%2Fa_(b)&data=05"


def _text(workspace: Workspace, name: str = POST) -> str:
    return (workspace.issues_dir / SLUG / name).read_text("utf-8")


def _again(workspace: Workspace) -> tuple[Finding, ...]:
    issue = load_issue(workspace, SLUG)
    return check_issue(workspace, issue, render_issue(workspace, issue).message)


@pytest.mark.parametrize(
    ("sample", "rule", "before", "after"),
    [
        (f"See [sleep]({GOOGLE}) now.", "link-wrapped", GOOGLE, "https://www.example.org/sleep%20well"),
        (f"See [it]({OUTLOOK}) now.", "link-wrapped", OUTLOOK, "https://www.example.org/a_%28b%29"),
        (f"See [it](<{OUTLOOK}>), and rest.", "link-wrapped", OUTLOOK, "https://www.example.org/a_%28b%29"),
        (f"See [it][1].\n\nMore.\n\n[1]: {GOOGLE}", "link-wrapped", GOOGLE, "https://www.example.org/sleep%20well"),
        (
            "Text\nand [a](https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fx&amp;h=1)",
            "link-wrapped",
            None,
            "(https://example.org/x)",
        ),
        ("Go to http://example.org/ä.", "link-insecure", "http://example.org/ä", None),
        ("See [it](http://example.org/a).", "link-insecure", "http://example.org/a", "https://example.org/a"),
        (
            "[a](https://example.org/x?utm_source=n&page=2&gclid=5)",
            "tracking-parameters",
            "utm_source=n&page=2&gclid=5",
            "page=2",
        ),
        ("Call 508-555-0101 soon.", "clinic-phone", "508-555-0101", "508-555-0100"),
        ("At Elm Stret Psychiatry we walk.", "clinic-name", "Elm Stret Psychiatry", "Elm Street Psychiatry"),
    ],
)
def test_words_and_addresses_are_replaced(
    workspace: Workspace, sample: str, rule: str, before: str | None, after: str | None
) -> None:
    """However the address was written; the rest of the text stays, and the version before can be brought back."""
    found = [each for each in check(workspace, sample) if each.id == rule]
    assert [bool(each.fix) for each in found] == [True]
    text = _text(workspace)

    fixed = fix_findings(workspace, SLUG, rule, NOW, where=found[0].where)

    assert fixed.number == 1
    now = _text(workspace)
    if before and after:
        assert now == text.replace(before, after)
    assert (after or "") in now
    assert rule not in {each.id for each in _again(workspace)}
    restore_version(workspace, SLUG, POST, fixed.before[POST], NOW)
    assert _text(workspace) == text


def test_two_links_in_a_line_are_told_apart(workspace: Workspace) -> None:
    """The button of the second one changes the second one."""
    one, two = (
        "https://out.reddit.com/t?url=https://example.org/1",
        "https://out.reddit.com/t?url=https://example.org/2",
    )
    found = check(workspace, f"See [one]({one}) and [two]({two}).")
    where = next(each.where for each in found if each.id == "link-wrapped")

    fix_findings(workspace, SLUG, "link-wrapped", NOW, where=where, nth=1)

    assert f"[one]({one}) and [two](https://example.org/2)" in _text(workspace)


def test_all_of_a_kind_are_fixed_at_once(workspace: Workspace) -> None:
    """In the letter and in the posts."""
    link = "https://out.reddit.com/t?url=https://example.org/{}"
    check(workspace, Sample(post=f"[a]({link.format(1)})\n\n[b]({link.format(2)})", letter=f"[c]({link.format(3)})"))

    fixed = fix_findings(workspace, SLUG, "link-wrapped", NOW)

    assert fixed.number == 3
    assert set(fixed.before) == {"issue.md", POST}
    assert "[c](https://example.org/3)" in _text(workspace, "issue.md")
    assert "link-wrapped" not in {each.id for each in _again(workspace)}


@pytest.mark.parametrize(
    ("sample", "rule", "file", "line"),
    [
        (
            Sample(letter="Dear reader,"),
            "disclaimer",
            "issue.md",
            "It does not replace the advice of your own clinician.",
        ),
        ("Some think of suicide.", "crisis-contact", POST, "::: crisis If you need help now\n:::"),
    ],
)
def test_a_line_is_added_at_the_end(
    workspace: Workspace, sample: Sample | str, rule: str, file: str, line: str
) -> None:
    """The disclaimer and the numbers to call."""
    assert rule in {each.id for each in check(workspace, sample)}
    fix_findings(workspace, SLUG, rule, NOW)
    assert _text(workspace, file).rstrip().endswith(line)
    assert rule not in {each.id for each in _again(workspace)}


@pytest.mark.parametrize(
    ("front", "rule", "answer", "line"),
    [
        ("author: Ida Holm", "author-credentials", " LCSW ", "author: Ida Holm, LCSW"),
        ("date: 2026-11-01", "author-missing", "Ida Holm,  LCSW", "author: Ida Holm, LCSW"),
    ],
)
def test_what_only_a_person_knows_is_asked_for(
    workspace: Workspace, front: str, rule: str, answer: str, line: str
) -> None:
    """Credentials are added to the name; nothing happens without them."""
    (found,) = (each for each in check(workspace, Sample(front=front)) if each.id == rule)
    assert isinstance(found.fix, SetKey)
    before = _text(workspace)
    with pytest.raises(IssueError, match="nothing to fix any more"):
        fix_findings(workspace, SLUG, rule, NOW)
    with pytest.raises(IssueError, match="the field beside the button is empty"):
        fix_findings(workspace, SLUG, rule, NOW, where=found.where, answer="  ")
    assert _text(workspace) == before

    fix_findings(workspace, SLUG, rule, NOW, where=found.where, answer=answer)

    assert f"{line}\n" in _text(workspace)
    assert rule not in {each.id for each in _again(workspace)}


def test_the_preview_text_is_written_into_the_letters_file(workspace: Workspace) -> None:
    """It has a place of its own, though the file did not have the key."""
    (found,) = (each for each in check(workspace, Sample(preheader="")) if each.id == "preheader-missing")
    assert found.field == "preheader"
    fix_findings(workspace, SLUG, "preheader-missing", NOW, where=found.where, answer="Five ways: begin early")
    assert load_issue(workspace, SLUG).preheader == "Five ways: begin early"


def test_what_cannot_be_fixed_is_left_as_it_is(workspace: Workspace) -> None:
    """An answer that does not do away with the finding changes nothing, and what to do by hand is said."""
    (found,) = (each for each in check(workspace, Sample(front="author: Ida Holm")) if each.id == "author-credentials")
    before = _text(workspace)
    with pytest.raises(IssueError, match="cannot be changed by itself") as caught:
        fix_findings(workspace, SLUG, "author-credentials", NOW, where=found.where, answer="our neighbor")
    assert "author_bio" in caught.value.hint
    assert _text(workspace) == before
