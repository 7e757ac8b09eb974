"""The row of an inbox, cut as programs cut it."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.simulation import inbox_rows

LONG = "The first of many words that no telephone has ever shown in full on a line of its own, whatever was promised"


def test_short_texts_stay_whole() -> None:
    """What every program has room for is not cut."""
    for row in inbox_rows("Elm Street", "First snow", "And how to walk on it"):
        assert (row.sender, row.subject, row.preheader) == ("Elm Street", "First snow", "And how to walk on it")


def test_a_phone_shows_less() -> None:
    """Gmail on a phone cuts a subject that Gmail in a browser shows to its 70th character."""
    phone, _, browser, _ = inbox_rows("Elm Street", LONG, "")

    assert phone.subject == "The first of many words that no tele…"
    assert len(browser.subject) <= 70 < len(LONG)
    assert browser.subject.endswith("…")


def test_a_long_subject_leaves_no_room() -> None:
    """Where subject and preheader share a line, the longer one is, the less of the other is shown."""
    short = inbox_rows("Elm Street", "First snow", LONG)[2]
    long = inbox_rows("Elm Street", LONG, LONG)[2]

    assert short.on_one_line
    assert len(long.preheader) < len(short.preheader) <= len(LONG)


def test_no_accent_is_cut_off() -> None:
    """A letter and the accent that follows it stay together."""
    accented = "e\u0301" * 60

    for row in inbox_rows("Elm Street", accented, accented):
        assert row.subject.removesuffix("…") == "e\u0301" * (len(row.subject) // 2)


@given(st.text(), st.text(), st.text())
def test_nothing_is_made_up(sender: str, subject: str, preheader: str) -> None:
    """What a row shows is how the text begins."""
    for row in inbox_rows(sender, subject, preheader):
        for shown, whole in ((row.sender, sender), (row.subject, subject), (row.preheader, preheader)):
            assert whole.startswith((shown, shown.removesuffix("…")))
