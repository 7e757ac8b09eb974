"""Running the checks: over what, in which order, with which waivers."""

from newsletter.checks import Severity
from newsletter.workspace import Workspace
from tests.checks.samples import Sample, check, ids


def test_a_good_issue_is_praised(workspace: Workspace) -> None:
    """An issue without faults has no finding at all."""
    assert check(workspace, Sample()) == ()


def test_a_finding_names_its_line(workspace: Workspace) -> None:
    """A place is the file, seen from the workspace, and the line on which the words stand."""
    found = check(workspace, "A first line.\n\nA second one\nand [click here](https://example.org).")

    assert [finding.where for finding in found] == ["newsletters/winter-light/posts/light.md:9"]


def test_a_finding_about_the_front_matter_names_its_line(workspace: Workspace) -> None:
    """A finding about the subject leads to the subject, not to the top of the file."""
    found = check(workspace, Sample(preheader="Light in winter"))

    assert [finding.where for finding in found] == ["newsletters/winter-light/issue.md:3"]


def test_the_gravest_come_first(workspace: Workspace) -> None:
    """Errors stand before warnings, warnings before notes."""
    found = check(
        workspace, Sample(subject="FWD: LIGHT FOR ALL", front="author: Ida Holm", post="![](https://example.org/a.jpg)")
    )

    weights = [[Severity.ERROR, Severity.WARNING, Severity.NOTE].index(finding.severity) for finding in found]
    assert weights == sorted(weights)
    assert set(weights) == {0, 1, 2}


def test_a_waiver_is_kept_with_its_reason(workspace: Workspace) -> None:
    """What is waived is shown, last, with the reason; other findings stay as they are."""
    found = check(
        workspace, Sample(subject="FWD: light", preheader="", waive="  false-reply: it is the name of our series")
    )

    assert [(finding.id, finding.waived) for finding in found] == [
        ("preheader-missing", ""),
        ("false-reply", "it is the name of our series"),
    ]


def test_an_idle_waiver_is_told(workspace: Workspace) -> None:
    """A waiver that waives nothing may be misspelt, so it is told of."""
    found = check(workspace, Sample(subject="FWD: light", waive="  false-replies: our series"))

    assert ids(found) == {"false-reply", "waiver-idle"}


def test_other_languages_are_not_read_as_english(workspace: Workspace) -> None:
    """Checks that know English words only keep silent about an issue in German."""
    assert "words-stigma" in ids(check(workspace, "Das ist crazy."))
    assert "words-stigma" not in ids(check(workspace, Sample(post="Das ist crazy.", language="de")))
    assert "alt-missing" in ids(check(workspace, Sample(post="![](https://example.org/a.jpg)", language="de")))


def test_merge_tags_are_read_as_their_fallbacks(workspace: Workspace) -> None:
    """What a reader of unknown name sees is what is checked."""
    assert "left-over" not in ids(check(workspace, "Dear {{ first_name or 'reader' }}, good morning."))
