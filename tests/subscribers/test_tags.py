"""Tags of a file: those that tell of somebody's health are not taken."""

from pathlib import Path

import pytest

from newsletter.storage import Store
from newsletter.subscribers.clinical import is_clinical_tag
from tests.subscribers.bringing import bring_in, everybody


def test_clinical_tags_are_not_taken(store: Store, path: Path) -> None:
    """Each is named once with the warning; the others are taken, and so is one that somebody vouches for."""
    rows = ('ana@example.org,"Ketamine patients, IOP","Depression; events"', "ben@example.org,IOP,recovery")
    text = "\n".join(["Email,Lists,Tags", *rows])
    report = bring_in(store, path, text, kept_tags=("Recovery",))
    assert [one.tags for one in everybody(store)] == [("events",), ("recovery",)]
    told = "\n".join(report.lines())
    assert report.as_document()["clinical_tags"] == ["depression", "iop", "ketamine patients"]
    assert "ketamine patients" in told
    assert "business associate agreement" in told


@pytest.mark.parametrize(
    "tag", ["diagnosis: F32", "F41.1", "Medicaid", "my patients", "PTSD group", "ADHD", "Detox 2024"]
)
def test_tag_that_tells_of_health(tag: str) -> None:
    """A diagnosis, a treatment, an insurance or being a patient."""
    assert is_clinical_tag(tag)


@pytest.mark.parametrize("tag", ["news", "support group", "evening group", "staff", "2024", "friends", "F3", "events"])
def test_tag_that_is_neutral(tag: str) -> None:
    """It is taken as it is."""
    assert not is_clinical_tag(tag)
