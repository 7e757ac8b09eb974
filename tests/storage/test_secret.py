"""The workspace's key: what is hashed with it."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from newsletter.storage.secret import keyed_hash, keyed_hashes

KEYS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(st.characters(codec="utf-8"))


@given(KEYS, TEXTS, st.lists(TEXTS, max_size=5))
def test_hashes_are_plain_hmac(key: bytes, purpose: str, values: list[str]) -> None:
    """Each hash is the first half of HMAC-SHA256 as the standard library makes it, in the order of the values."""
    expected = [hmac.digest(key, f"{purpose}\x00{value}".encode(), hashlib.sha256)[:16] for value in values]
    assert keyed_hashes(key, purpose, values) == expected
    assert [keyed_hash(key, purpose, value) for value in values] == expected
