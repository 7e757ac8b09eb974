"""The corpus: what people write is understood, and no machine's mail unsubscribes anybody."""

from collections import Counter

import pytest

from newsletter.campaigns.model import delivery_refs
from newsletter.replies import Class, Hardness, classify, parse_mail
from newsletter.subscribers.tokens import unsubscribe_token
from tests.replies.corpus_case import FILES, CorpusMail, corpus

KEY = b"k" * 32
SENDER = "newsletter@elmstreet.example.org"
MAILS = corpus(*FILES)
HUMAN = {"token", "words", "other"}
WAYS_OUT = {Class.TOKEN, Class.WORDS}


def label(mail: CorpusMail) -> str:
    """Return what the classifier makes of a mail, as the labels say it."""
    raw = mail.raw(token=unsubscribe_token(KEY, 7), ref=delivery_refs(KEY, [42])[0])
    reading = classify(parse_mail(raw), KEY, SENDER)
    names = {Class.TOKEN: "token", Class.WORDS: "words", Class.AUTOMATIC: "auto", Class.OTHER: "other"}
    hardness = {Hardness.HARD: "hard", Hardness.SOFT: "soft", Hardness.DELAY: "delay"}
    return hardness[reading.bounce.hardness] if reading.bounce else names[reading.kind]


def test_the_corpus_is_large_enough() -> None:
    """All kinds of mail are in it, each mail under a name of its own."""
    assert len(MAILS) >= 60
    assert len({mail.name for mail in MAILS}) == len(MAILS)
    assert min(Counter(mail.label for mail in MAILS).values()) >= 2


@pytest.mark.parametrize("mail", [mail for mail in MAILS if mail.label not in HUMAN], ids=lambda mail: mail.name)
def test_no_machine_unsubscribes_anybody(mail: CorpusMail) -> None:
    """A bounce is what its server says, and any other machine's mail is nothing to act upon."""
    assert label(mail) == mail.label


@pytest.mark.parametrize("file", FILES)
def test_people_are_understood(file: str) -> None:
    """At least 95 of 100, and nobody who did not ask for it is unsubscribed."""
    people = [mail for mail in corpus(file) if mail.label in HUMAN]
    wrong = {mail.name: label(mail) for mail in people if label(mail) != mail.label}
    assert len(wrong) <= 0.05 * len(people), wrong
    assert [name for name, found in wrong.items() if found in {"token", "words"}] == []
