"""Tokens by which readers leave."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscribers.tokens import read_token, unsubscribe_token

KEY = hashlib.sha256(b"a workspace's key").digest()
OTHER_KEY = hashlib.sha256(b"another workspace's key").digest()
ids = st.integers(min_value=1, max_value=2**63 - 1)


@given(ids)
def test_token_names_its_subscriber(subscriber_id: int) -> None:
    """What was made for one subscriber is read as that subscriber."""
    assert subscriber_id == read_token(KEY, unsubscribe_token(KEY, subscriber_id))


@given(ids)
def test_token_suits_urls_and_subjects(subscriber_id: int) -> None:
    """A token is 40 lower-case letters and digits: nothing to escape, fold or mistype."""
    token = unsubscribe_token(KEY, subscriber_id)
    assert (40, True, True, token) == (len(token), token.isascii(), token.isalnum(), token.lower())


@given(ids)
def test_other_workspace_cannot_read_it(subscriber_id: int) -> None:
    """A token is worth nothing to another key."""
    assert read_token(OTHER_KEY, unsubscribe_token(KEY, subscriber_id)) is None


@given(ids, st.integers(0, 39), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_changed_token_is_refused(subscriber_id: int, place: int, letter: str) -> None:
    """Changing any letter makes it nobody's."""
    token = unsubscribe_token(KEY, subscriber_id)
    changed = token[:place] + letter + token[place + 1 :]
    assert read_token(KEY, changed) == (subscriber_id if changed == token else None)


def test_neighbours_look_unlike() -> None:
    """Tokens of neighbouring ids share nothing, so that none can be guessed from another."""
    tokens = [unsubscribe_token(KEY, number) for number in range(1, 200)]
    assert len({token[2:8] for token in tokens}) == len({token[-6:] for token in tokens}) == len(tokens)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<{}>",
        "  {}\r\n",
        "unsubscribe {}",
        "Re: unsubscribe {}",
        "AW: [EXTERNAL] unsubscribe {} (sent from my phone)",
        "mailto:hello@example.org?subject=unsubscribe%20{}",
    ],
)
def test_token_survives_what_is_put_around_it(around: str) -> None:
    """A whole subject line may be pasted."""
    assert read_token(KEY, around.format(unsubscribe_token(KEY, 17))) == 17


@pytest.mark.parametrize("break_", ["\n", "\r\n ", " ", "=\r\n"])
def test_token_survives_line_breaks_and_capitals(break_: str) -> None:
    """A token that a mail program has folded still works."""
    token = unsubscribe_token(KEY, 17).upper()
    assert read_token(KEY, f"Subject: unsubscribe {token[:23]}{break_}{token[23:]}") == 17


@given(st.text(max_size=300))
def test_any_other_text_is_nobodys(text: str) -> None:
    """Whatever else is pasted gives nothing, and no error."""
    assert read_token(KEY, text) is None
