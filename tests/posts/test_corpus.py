"""Every post of the corpus becomes what a person says it should be."""

import pytest

from newsletter.issues.make import post_file
from newsletter.workspace import Workspace
from tests.posts.corpus_case import CORPUS, Case, cases, front_matter, headings, sentences


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, workspace: Workspace) -> None:
    """The facts, the outline, and each sentence, once and in order."""
    file = post_file(case.read(workspace.settings.clinic).post)
    assert headings(file) == headings(case.expected)
    assert sentences(file) == sentences(case.expected)
    assert front_matter(file) == front_matter(case.expected)
    assert file == case.expected


def test_every_folder_is_a_case() -> None:
    """No case was left without its expectation."""
    assert {case.folder.name for case in cases()} == {path.name for path in CORPUS.iterdir() if path.is_dir()}
