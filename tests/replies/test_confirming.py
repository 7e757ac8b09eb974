"""Confirming a subscription by mail, for a clinic without a server: by the button's mail, or by a plain yes."""

import pytest
from sqlalchemy import select

from newsletter.services.consent import ask_to_join
from newsletter.services.replies import Done
from newsletter.storage.people import requests
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import find_subscriber, get_subscriber
from newsletter.subscribers.tokens import confirm_token
from newsletter.subscribers.vocabulary import Status, What
from tests.replies.conftest import Clinic
from tests.replies.corpus_case import CorpusMail
from tests.replies.test_effects import mail, read

NEW = "dora@example.org"
YES = [
    "Yes",
    "Yes, please!",
    "yes\n\nDora\nSent from my iPhone",
    "I confirm.",
    "Hello,\nI confirm my subscription. Thank you!",
    "Confirmed",
    "Yes I confirm my subscription to your newsletter",
    "OK",
    "Yes, sign me up! I look forward to it.",
    "Hi there,\n\nYes, that was me.\n\nBest, Dora",
    "I would like to receive the newsletter.",
    "Sí, confirmo mi suscripción",
    "Sí, por favor.",
    "Confirmo. Gracias",
    "Quiero recibir el boletín",
    "Sim, confirmo minha inscrição.",
    "Confirmado, obrigada!",
    "Quero receber a newsletter",
    "Oui, je confirme mon inscription. Merci",
    "Oui",
    "Je confirme",
    "Bonjour,\nD'accord, merci.",
    "",
    "> Please confirm your subscription",
    "\nOn Tue, Dec 1, 2026 Elm Street <newsletter@elmstreet.example> wrote:\n> Please confirm\n>\n> Elm Street",
    "From: Elm Street\nSubject: Please confirm\n\nPlease confirm your subscription.",
]
NO = [
    "No",
    "No, this was not me.",
    "Who are you?",
    "I did not sign up for this.",
    "What is this about? Yes or no, I am not sure.",
    "How do I confirm?",
    "Thank you for your message. We will get back to you within two days.",
    "I am out of the office until Monday and will answer then.",
    "Yes means something else to me, but I don't want to confirm this.",
    "My mother asked for this, not I. Yes, she did.",
    "No, gracias.",
    "Não fui eu.",
    "Non merci",
    "Gracias por escribirnos. Le responderemos pronto.",
    "> Please confirm your subscription\n\nNo, this was not me.",
    "On Dec 1, 2026 Elm Street wrote:\n> Please confirm\n> Elm Street\nI never asked for this!",
]


def asked(clinic: Clinic, email: str = NEW) -> str:
    """Have an address asked to confirm; return the token of that mail."""
    ask_to_join(clinic.store, email, wording="I want it", shown="a paper form")
    with clinic.store.read() as connection:
        number = connection.scalar(select(requests.c.id).order_by(requests.c.id.desc()).limit(1))
    assert number
    return confirm_token(clinic.store.key, number)


def reply(token: str, body: str, more: str = "") -> CorpusMail:
    """Answer the mail that asks to confirm, in its thread."""
    start = f"From: {NEW}\nSubject: Re: Please confirm your subscription\nMessage-ID: <{abs(hash(body))}@x>\n"
    start += "Content-Type: text/plain; charset=utf-8\n"
    return mail(f"{start}In-Reply-To: <confirm-{token}@elmstreet.example>\n{more}\n{body}\n")


def status(clinic: Clinic, email: str = NEW) -> Status | None:
    """Return what an address is on the list."""
    with clinic.store.read() as connection:
        person = find_subscriber(connection, email)
    return person.status if person else None


def test_the_mail_that_the_button_writes(clinic: Clinic) -> None:
    """Its subject has the token; sent twice, or by another address of theirs, it is the same."""
    token = asked(clinic)
    written = mail(f"From: d@elsewhere.example.net\nSubject: confirm {token}\n\nSent from my phone")
    assert read(clinic, written, written) == [Done.CONFIRMED, Done.CONFIRMED]
    assert status(clinic) is Status.SUBSCRIBED
    with clinic.store.read() as connection:
        told = history(connection, get_subscriber(connection, NEW).id)
    assert [entry.what for entry in told] == [What.REQUESTED, What.CONFIRMED]
    assert told[0].wording == "I want it"


@pytest.mark.parametrize("body", YES)
def test_a_reply_that_says_yes(clinic: Clinic, body: str) -> None:
    """In four languages, with a greeting or a signature, or by an empty reply, which the mail asks for."""
    assert read(clinic, reply(asked(clinic), body)) == [Done.CONFIRMED]
    assert status(clinic) is Status.SUBSCRIBED


@pytest.mark.parametrize("body", NO)
def test_any_other_reply_is_for_a_person(clinic: Clinic, body: str) -> None:
    """Machines that do not say what they are answer, too; consent is never guessed."""
    assert read(clinic, reply(asked(clinic), body)) == [Done.FOR_A_PERSON]
    assert status(clinic) is None


@pytest.mark.parametrize("kind", ["text/plain; charset=no-such", "application/pkcs7-mime", "image/png"])
def test_a_reply_that_cannot_be_read(clinic: Clinic, kind: str) -> None:
    """It may say no, so it is not an empty one."""
    written = reply(asked(clinic), "No", "Content-Transfer-Encoding: 8bit\n").text.replace(
        "text/plain; charset=utf-8", kind
    )
    assert read(clinic, mail(written)) == [Done.FOR_A_PERSON]
    assert status(clinic) is None


@pytest.mark.parametrize(
    "mark", ["Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>", "X-Autoreply: yes"]
)
@pytest.mark.parametrize("by_button", [True, False])
def test_machines_confirm_nobody(clinic: Clinic, mark: str, *, by_button: bool) -> None:
    """Whatever they quote."""
    token = asked(clinic)
    quoted = (
        mail(f"From: {NEW}\nSubject: confirm {token}\n{mark}\n\nYes") if by_button else reply(token, "Yes", f"{mark}\n")
    )
    assert read(clinic, quoted) == [Done.AUTOMATIC]
    assert status(clinic) is None


def test_a_token_that_is_not_ours(clinic: Clinic) -> None:
    """Forged, cut short, or one that unsubscribes: it confirms nobody."""
    token = asked(clinic)
    other = "a" if token[9] != "a" else "b"
    for wrong in (token[:-8], f"{token[:9]}{other}{token[10:]}", clinic.token, "x" * len(token)):
        assert read(clinic, reply(wrong, "Yes")) == [Done.FOR_A_PERSON]
    assert status(clinic) is None


def test_a_request_to_leave_comes_first(clinic: Clinic) -> None:
    """Whoever answers the mail with a wish to get no more has not said yes; and an old yes brings nobody back."""
    token = asked(clinic)
    assert read(clinic, reply(token, "Please unsubscribe me.")) == [Done.UNKNOWN_SENDER]
    assert read(clinic, reply(token, "Yes"), reply(token, "Unsubscribe me"), reply(token, "Yes")) == [
        Done.CONFIRMED,
        Done.UNSUBSCRIBED,
        Done.FOR_A_PERSON,
    ]
    assert status(clinic) is Status.UNSUBSCRIBED
