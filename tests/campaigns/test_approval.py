"""A second person's yes: to one version, by somebody else, kept for ever."""

import dataclasses

import pytest
from sqlalchemy import func, select

from newsletter.campaigns import Plan, find_campaign
from newsletter.campaigns.approval import approve, given, same_person
from newsletter.campaigns.freezing import start
from newsletter.errors import CampaignError
from newsletter.storage import Store
from newsletter.storage.ledger import approvals
from tests.campaigns.samples import MESSAGE, add_people

BY_BEN = Plan(transport="outbox", needs_approval=True, asked_by="Ben Okafor")
CHANGED = dataclasses.replace(MESSAGE, subject="Another")


@pytest.fixture(autouse=True)
def _people(store: Store) -> None:
    add_people(store, 2)


def _approve(store: Store, name: str) -> None:
    with store.write() as connection:
        approve(connection, "december", MESSAGE.digest, name)


def test_nothing_is_frozen_without_an_approval(store: Store) -> None:
    """Where the clinic wants a second person, one alone sends nothing."""
    with pytest.raises(CampaignError, match="nobody has approved it"):
        start(store, MESSAGE, slug="december", plan=BY_BEN)
    assert find_campaign(store, "december") is None


def test_somebody_elses_approval_lets_it_go(store: Store) -> None:
    """One other person's yes to this very version is enough, and who sent it is frozen with it."""
    _approve(store, "Ana Ruiz")
    assert start(store, MESSAGE, slug="december", plan=BY_BEN).plan.asked_by == "Ben Okafor"


@pytest.mark.parametrize("name", ["Ben Okafor", "ben okafor", " BEN  OKAFOR. ", "Ben\u200b Okafor"])
def test_nobody_approves_their_own(store: Store, name: str) -> None:
    """The sender's own name counts for nothing, however it is written."""
    _approve(store, name)
    with pytest.raises(CampaignError, match="who is also sending it"):
        start(store, MESSAGE, slug="december", plan=BY_BEN)


def test_editing_makes_it_void(store: Store) -> None:
    """The yes was to other words than these."""
    _approve(store, "Ana Ruiz")
    with pytest.raises(CampaignError, match="changed after Ana Ruiz approved it"):
        start(store, CHANGED, slug="december", plan=BY_BEN)


def test_another_issues_approval_does_not_count(store: Store) -> None:
    """Even for the same words."""
    _approve(store, "Ana Ruiz")
    with pytest.raises(CampaignError, match="nobody has approved it"):
        start(store, MESSAGE, slug="january", plan=BY_BEN)


def test_sender_has_to_have_a_name(store: Store) -> None:
    """Otherwise nobody could tell two people apart."""
    _approve(store, "Ana Ruiz")
    with pytest.raises(CampaignError, match="say who is sending"):
        start(store, MESSAGE, slug="december", plan=dataclasses.replace(BY_BEN, asked_by=""))


def test_no_name_no_approval(store: Store) -> None:
    """Blanks and signs are nobody."""
    with pytest.raises(CampaignError, match="there is no name"):
        _approve(store, " .\u200b ")


def test_each_is_written_down_once_and_stays(store: Store) -> None:
    """Approving twice adds nothing; another person's approval is added to the first one's."""
    for name in ("Ana Ruiz", "ana ruiz", "Cy Young"):
        _approve(store, name)
    with store.read() as connection:
        assert [each.name for each in given(connection, "december")] == ["Ana Ruiz", "Cy Young"]
        assert connection.scalar(select(func.count()).select_from(approvals)) == 2


def test_not_asked_for_by_default(store: Store) -> None:
    """A clinic of one sends without anybody's yes."""
    assert start(store, MESSAGE, slug="december", plan=Plan(transport="outbox")).frozen == 2


def test_two_names_are_two_people() -> None:
    """Only spelling is forgiven, not a different name."""
    assert same_person("José Núñez", "JOSÉ  NÚÑEZ")
    assert not same_person("Ana Ruiz", "Ana Reyes")
