"""Adding one person at the desk, and asking after suppressed addresses."""

import pytest

from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.vocabulary import How, Reason, Status
from tests.web.people.conftest import WORDS, add, known
from tests.web.sitting import Sitting

ANA = "ana@example.org"


def test_somebody_is_added_with_their_words(sitting: Sitting, people_store: Store) -> None:
    """Everything that was typed is kept, and the page of the new person follows."""
    names = {"first_name": "Ana", "last_name": "Lima", "language": "pt_br"}
    answer = sitting.post("/people/add", email=f" {ANA} ", wording=WORDS, tags="News, events", source="paper", **names)

    assert "Ana Lima is on the list." in answer.text
    ana = known(people_store, ANA)
    assert str(answer.url).partition("?")[0].endswith(f"/people/{ana.id}")
    assert (ana.first_name, ana.last_name, ana.language, ana.tags, ana.source, ana.status) == (
        "Ana", "Lima", "pt-BR", ("events", "news"), "paper", Status.SUBSCRIBED,
    )  # fmt: skip
    with people_store.read() as connection:
        assert [entry.wording for entry in history(connection, ana.id)] == [WORDS]


def test_somebody_can_be_asked_to_confirm_first(sitting: Sitting, people_store: Store) -> None:
    """They wait on the list, and are mailed nothing."""
    sitting.post("/people/add", email=ANA, wording=WORDS, pending="yes")

    assert known(people_store, ANA).status is Status.PENDING


def test_a_mistyped_domain_is_asked_about(sitting: Sitting, people_store: Store) -> None:
    """One button takes what was meant, another what was typed; what else was typed stays."""
    asked = sitting.post("/people/add", email="ben@gmial.com", wording=WORDS, first_name="Ben")
    assert asked.status_code == 422
    assert "did you mean gmail.com?" in asked.text
    assert 'value="ben@gmail.com"' in asked.text
    assert 'value="Ben"' in asked.text

    sitting.post("/people/add", email="ben@gmial.com", wording=WORDS, use_meant="ben@gmail.com")
    assert known(people_store, "ben@gmail.com").first_name == ""
    sitting.post("/people/add", email="cleo@gmial.com", wording=WORDS, anyway="cleo@gmial.com")
    assert known(people_store, "cleo@gmial.com").status is Status.SUBSCRIBED


def test_a_clinical_tag_is_asked_about(sitting: Sitting, people_store: Store) -> None:
    """Nobody is added before somebody has said whether it stays; each tag by itself."""
    typed = {"email": "ana@example.org", "wording": WORDS, "tags": "news, depression, IOP"}
    asked = sitting.post("/people/add", **typed)
    assert asked.status_code == 422
    assert "“depression”, “iop” look like health information" in asked.text
    assert sitting.post("/people/add", **typed, keep_tag="iop").status_code == 422
    sitting.post("/people/add", **typed, drop_tags="yes")
    assert known(people_store, "ana@example.org").tags == ("news",)
    sitting.post("/people/add", email="ben@example.org", wording=WORDS, tags="IOP", keep_tag="iop")
    assert known(people_store, "ben@example.org").tags == ("iop",)


def test_a_yes_to_one_odd_address_is_none_to_another(sitting: Sitting) -> None:
    """Somebody who changes the address after the question is asked again."""
    answer = sitting.post("/people/add", email="ben@yahooo.com", wording=WORDS, anyway="ben@gmial.com")

    assert "did you mean yahoo.com?" in answer.text


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("", "there is no address"),
        ("ana", "there is no @"),
        ("ana@", "after the @-sign"),
        ("a@b@c", "@-sign"),
        ("ä@example.org", "@-sign"),
    ],
)
def test_what_is_no_address_is_told(sitting: Sitting, email: str, says: str) -> None:
    """Beside the form, which keeps what was typed."""
    answer = sitting.post("/people/add", email=email, wording=WORDS)

    assert answer.status_code == 422
    assert says in answer.text
    assert f">{WORDS}</textarea>" in answer.text


def test_the_words_are_required(sitting: Sitting, people_store: Store) -> None:
    """Nobody is on the list without what they agreed to."""
    assert sitting.post("/people/add", email=ANA, wording="  ").status_code == 422
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, ANA) is None


def test_who_is_known_is_told_and_unharmed(sitting: Sitting, people_store: Store) -> None:
    """Adding twice, or somebody who left, changes nothing and leads to their page."""
    ana = add(people_store, ANA, "Ana")
    answer = sitting.post("/people/add", email="ANA@example.org", wording="Other words.", first_name="Anna")
    assert "Ana is on the list already: subscribed." in answer.text
    assert f'href="/people/{ana.id}"' in answer.text
    assert known(people_store, ANA) == ana

    with people_store.write() as connection:
        suppress(connection, people_store.key, ANA, Reason.UNSUBSCRIBED, how=How.TOKEN)
    answer = sitting.post("/people/add", email=ANA, wording="Other words.", reason="by phone")
    assert "on the list already: unsubscribed" in answer.text
    assert known(people_store, ANA).status is Status.UNSUBSCRIBED


def test_who_was_erased_comes_back_only_by_their_own_wish(sitting: Sitting, people_store: Store) -> None:
    """It takes how one knows; that is kept."""
    add(people_store, ANA)
    with people_store.write() as connection:
        forget_subscriber(connection, people_store.key, ANA)
    asked = sitting.post("/people/add", email=ANA, wording=WORDS)
    assert "must not be mailed: was erased" in asked.text
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, ANA) is Reason.FORGOTTEN

    sitting.post("/people/add", email=ANA, wording=WORDS, reason="by phone")
    ana = known(people_store, ANA)
    assert ana.status is Status.SUBSCRIBED
    with people_store.read() as connection:
        assert history(connection, ana.id)[-1].note == "by phone"


def test_suppressed_addresses_are_counted_and_asked_after(sitting: Sitting, people_store: Store) -> None:
    """By reason; an address is asked for in a form, and stands in no page's address."""
    ana = add(people_store, ANA, "Ana")
    assert "Nobody has left yet" in sitting.see("/people/suppressed")
    with people_store.write() as connection:
        suppress(connection, people_store.key, ANA, Reason.COMPLAINED)
        suppress(connection, people_store.key, "never@example.org", Reason.UNSUBSCRIBED)

    page = sitting.see("/people/suppressed")
    assert "2 addresses" in page
    assert "<b>1</b> marked a mail as spam" in page
    asked = sitting.post("/people/suppressed", email="ANA@example.org")
    assert "<b>Yes.</b> Marked a mail as spam" in asked.text
    assert f"/people/{ana.id}" in asked.text
    assert "ana" not in str(asked.url)
    assert "<b>Yes.</b> Unsubscribed" in sitting.post("/people/suppressed", email="never@example.org").text
    assert "<b>No.</b>" in sitting.post("/people/suppressed", email="ben@example.org").text
    assert "This is no address" in sitting.post("/people/suppressed", email="<script>alert(1)</script>").text


def test_an_address_that_nobody_knows_can_be_noted(sitting: Sitting, people_store: Store) -> None:
    """Once or twice is the same."""
    for said in ("Noted: this address is never mailed", "This was noted already"):
        assert said in sitting.post("/people/suppressed/add", email="never@example.org").text
    with people_store.read() as connection:
        assert reason_for(connection, people_store.key, "never@example.org") is Reason.UNSUBSCRIBED
