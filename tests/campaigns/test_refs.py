"""Opaque names lead back to a delivery for whoever has the key, and for nobody else."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.campaigns.model import delivery_refs, read_delivery_ref

KEYS = st.binary(min_size=32, max_size=32)
NUMBERS = st.integers(1, 2**60)


@given(KEYS, st.lists(NUMBERS))
def test_names_lead_back(key: bytes, numbers: list[int]) -> None:
    """A delivery's name is the same whoever else is named with it, and leads back to it."""
    refs = delivery_refs(key, numbers)
    assert refs == [delivery_refs(key, [number])[0] for number in numbers]
    assert [read_delivery_ref(key, ref) for ref in refs] == numbers


@given(KEYS, NUMBERS, st.integers(0, 31), st.sampled_from("0123456789abcdef"))
def test_altered_name_leads_nowhere(key: bytes, number: int, place: int, digit: str) -> None:
    """One changed digit makes a name worthless."""
    ref = delivery_refs(key, [number])[0]
    altered = ref[:place] + digit + ref[place + 1 :]
    assert read_delivery_ref(key, altered) == (number if altered == ref else None)


@given(KEYS, KEYS, NUMBERS)
def test_other_key_reads_nothing(key: bytes, other: bytes, number: int) -> None:
    """Another clinic's key reads nothing out of it."""
    if key != other:
        assert read_delivery_ref(other, delivery_refs(key, [number])[0]) is None


@given(st.text())
def test_any_text_is_read_without_harm(text: str) -> None:
    """What comes from outside may be anything."""
    assert read_delivery_ref(b"k" * 32, text) is None
