"""Files of every kind, mutated: each is read or refused in words, and none takes long.

`python benchmarks/fuzz.py 2000` does the same with many more, and measures memory.
"""

import time

import pytest

from newsletter.workspace import Workspace
from tests.fuzz.kinds import KINDS, cases

pytestmark = pytest.mark.heavy

CASES = 25
LONGEST = 10.0
"""Seconds of this process' own time."""


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_files(workspace: Workspace, kind: str) -> None:
    """A refusal is a `NewsletterError`, which the caller says; any other exception ends this test."""
    read = 0
    for number, data in cases(KINDS[kind], workspace, range(CASES)):
        begun = time.process_time()
        read += KINDS[kind].hand_in(workspace, data) is None
        assert time.process_time() - begun < LONGEST, f"{kind} {number}"
    assert read, "no case was sound enough to be read"


@pytest.mark.parametrize("kind", KINDS)
def test_sound_files(workspace: Workspace, kind: str) -> None:
    """What is mutated above is read when it is not mutated; else nothing would be tested."""
    for data in KINDS[kind].seeds(workspace)[:3]:
        assert KINDS[kind].hand_in(workspace, data) is None
