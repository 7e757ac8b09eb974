"""Labelled lines: each is what a person says it is. And what is sure is right."""

import pytest

from newsletter.posts.classify import classify
from newsletter.posts.value import SURE
from newsletter.workspace import Workspace
from tests.posts.corpus_case import HELD_OUT, SAVED, cases
from tests.posts.labelled_case import Labelled, label_case, labelled


@pytest.mark.parametrize("post", labelled(), ids=lambda post: post.name)
def test_each_line_is_what_a_person_says(post: Labelled, workspace: Workspace) -> None:
    """Whether a line is a fact about the post or boilerplate is the same to readers: it is left out."""
    clinic = workspace.settings.clinic
    now = SAVED.astimezone(clinic.timezone)
    verdict = classify(post.blocks, now, site=clinic.name, title=post.title, phone=clinic.phone)
    told = [
        (block.text, choice.role.replace("fact", "drop"))
        for block, choice in zip(post.blocks, verdict.choices, strict=True)
        if block.number not in post.hard
    ]
    assert told == [
        (block.text, role.replace("fact", "drop"))
        for block, role in zip(post.blocks, post.roles, strict=True)
        if block.number not in post.hard
    ]


def test_what_is_sure_is_right(workspace: Workspace) -> None:
    """Of posts that nothing was learned from, few decisions that are called sure are wrong."""
    clinic = workspace.settings.clinic
    sure = wrong = 0
    for case in cases(HELD_OUT):
        post = label_case(case, clinic)
        if post is None:
            continue
        now = SAVED.astimezone(clinic.timezone)
        verdict = classify(post.blocks, now, site=clinic.name, title=post.title, phone=clinic.phone)
        for choice, role in zip(verdict.choices, post.roles, strict=True):
            sure += choice.sure >= SURE
            wrong += choice.sure >= SURE and choice.role.replace("fact", "drop") != role.replace("fact", "drop")
    assert sure > 2_000
    assert wrong <= 0.005 * sure
