"""Every check, on issues that have its fault and on issues that nearly have it."""

import pytest

from newsletter.workspace import Workspace
from tests.checks.cases import CASES
from tests.checks.samples import Sample, check, ids

FAULTY = [
    pytest.param(case.rule, sample, id=f"{case.rule}-{number}")
    for case in CASES
    for number, sample in enumerate(case.faulty)
]
FINE = [
    pytest.param(case.rule, sample, id=f"{case.rule}-{number}")
    for case in CASES
    for number, sample in enumerate(case.fine)
]


@pytest.mark.parametrize(("rule", "sample"), FAULTY)
def test_a_fault_is_found(workspace: Workspace, rule: str, sample: Sample | str) -> None:
    """The check speaks, and says where, what it means and what to do."""
    found = [finding for finding in check(workspace, sample) if finding.id == rule]

    assert found
    assert all(finding.where and finding.meaning.endswith((".", "”", ")")) and finding.remedy for finding in found)


@pytest.mark.parametrize(("rule", "sample"), FINE)
def test_a_near_miss_is_left_alone(workspace: Workspace, rule: str, sample: Sample | str) -> None:
    """The check is silent where nothing is wrong."""
    assert rule not in ids(check(workspace, sample))
