"""Every post of the corpus becomes what a person says it should be."""

import pytest

from newsletter.issues.make import post_file
from newsletter.workspace import Workspace
from tests.posts.corpus_case import CORPUS, HARD, HELD_OUT, Case, Score, cases, front_matter, headings, sentences


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


def test_held_out_cases_score(workspace: Workspace) -> None:
    """Posts that no rule was tuned to are read nearly as well, and lose no sentence."""
    score = Score()
    for case in cases(HELD_OUT):
        score.add(post_file(case.read(workspace.settings.clinic).post), case.expected)
    assert score.precision >= 0.9
    assert score.recall >= 0.9
    assert score.share_kept == 1.0


def test_hard_cases_score(workspace: Workspace) -> None:
    """Poems, recipes, mails and pages that no rule was tuned to are not read worse than they were."""
    score = Score()
    for case in cases(HARD):
        score.add(post_file(case.read(workspace.settings.clinic).post), case.expected)
    assert score.precision >= 0.65
    assert score.recall >= 0.75
    assert score.share_kept >= 0.975


def test_score_punishes_what_is_lost_doubled_or_moved() -> None:
    """A sentence counts when it stands once and in its place."""
    file = "---\ntitle: A\n---\n{}\n".format
    for shown, kept in [
        ("One. Two. Three.", 3),
        ("One. Three.", 2),
        ("One. Two. Two. Three.", 2),
        ("Two. Three. One.", 2),
    ]:
        score = Score()
        score.add(file(shown), file("One. Two. Three."))
        assert (score.kept, score.said) == (kept, 3)


def test_score_compares_letters_and_digits() -> None:
    """How marks are set is a convention: it loses no sentence and no heading."""
    score = Score()
    score.add("---\nt: A\n---\n## What to Pack\n\n“Two” socks.\n", '---\nt: A\n---\n## What to pack:\n\n"Two" socks!\n')
    assert (score.precision, score.recall, score.share_kept) == (1.0, 1.0, 1.0)
