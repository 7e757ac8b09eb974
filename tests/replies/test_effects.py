"""What follows from mails: once, in any order, whatever interrupts it, and nothing for those of machines."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.replies import EmlFolder, Stored, classify, parse_mail
from newsletter.services.replies import Done, read_replies
from newsletter.storage import Store
from newsletter.subscribers.consent import history
from newsletter.subscribers.records import add_subscriber, get_subscriber, resubscribe
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.subscribers.vocabulary import How, Status, What
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Workspace
from tests.campaigns.samples import MESSAGE
from tests.cli.typed import typed
from tests.fakes.sendgrid import KEY, Fault, fake_sendgrid
from tests.replies.conftest import BEN, Clinic, copied
from tests.replies.corpus_case import ANA, FILES, CorpusMail, corpus

MAILS = corpus(*FILES)
BOUNCED = [mail for mail in MAILS if mail.label in {"hard", "soft", "delay"}]


def mail(text: str) -> CorpusMail:
    return CorpusMail("", "", text)


def from_ana(subject: str, body: str = "", **headers: str) -> CorpusMail:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    start = f"From: {{ANA}}\nSubject: {subject}\nMessage-ID: <{abs(hash((subject, body)))}@x>\n"
    return mail(f"{start}Date: Tue, 01 Dec 2026 09:00:00 +0000\n{more}\n{body}\n")


class Pile:
    """Mails in an order of our own; it may break off before one, or after one was done and not yet marked."""

    def __init__(self, raws: list[bytes], breaks_at: int = -1, *, when_marking: bool = False) -> None:
        self.raws, self.breaks_at, self.when_marking = raws, breaks_at, when_marking
        self.marked: list[str] = []

    def mails(self, seen: str) -> Iterator[Stored]:
        assert not seen
        for number, raw in enumerate(self.raws):
            if number == self.breaks_at and not self.when_marking:
                raise KeyboardInterrupt
            yield Stored(str(number), raw)

    def mark(self, mail: Stored) -> None:
        if self.when_marking and int(mail.name) >= self.breaks_at >= 0:
            raise KeyboardInterrupt
        self.marked.append(mail.name)

    def place(self) -> str:
        return ""

    def close(self) -> None: ...


def read(clinic: Clinic, *mails: CorpusMail) -> list[Done]:
    """Read these mails; return what they came to."""
    report = read_replies(clinic.workspace, clinic.store, Pile([clinic.fill(one) for one in mails]))
    return [done for _, done in report.mails]


# --- unsubscribing -------------------------------------------------------------------------


def test_a_token_unsubscribes_its_owner(clinic: Clinic) -> None:
    """Whoever sends it: the token is the proof, and the consent record says that it was one."""
    request = mail("From: else@elsewhere.example.net\nSubject: unsubscribe {TOKEN}\n\n")
    assert read(clinic, request, request) == [Done.UNSUBSCRIBED, Done.REPEATED]
    assert (clinic.status(), clinic.status(BEN)) == (Status.UNSUBSCRIBED, Status.SUBSCRIBED)
    with clinic.store.read() as connection:
        last = history(connection, get_subscriber(connection, ANA).id)[-1]
    assert (last.what, last.how) == (What.UNSUBSCRIBED, How.TOKEN)


def test_a_from_line_unsubscribes_only(clinic: Clinic) -> None:
    """It may be forged, which the consent record says; and it subscribes and confirms nobody."""
    assert read(clinic, from_ana("unsubscribe")) == [Done.UNSUBSCRIBED]
    with clinic.store.read() as connection:
        last = history(connection, get_subscriber(connection, ANA).id)[-1]
    assert "without a signed link" in last.note
    assert read(clinic, from_ana("subscribe"), from_ana("Re: confirm", "yes")) == [Done.FOR_A_PERSON] * 2
    assert clinic.status() is Status.UNSUBSCRIBED


def test_a_stranger_unsubscribes_nobody(clinic: Clinic) -> None:
    """An address that is not on the list is for a person to look at; nothing is changed."""
    before = clinic.state()
    request = mail("From: else@elsewhere.example.net\nSubject: unsubscribe\n\nplease")
    assert read(clinic, request) == [Done.UNKNOWN_SENDER]
    assert clinic.state() == before


def test_a_reply_from_another_address(clinic: Clinic) -> None:
    """Who answers the very mail that Ana got, from an address that nobody knows, is taken for Ana."""
    text = "From: alias@elsewhere.example.net\nSubject: Re: x\nIn-Reply-To: <{REF}@e.example>\n\nPlease unsubscribe me."
    assert read(clinic, mail(text)) == [Done.UNSUBSCRIBED]
    assert clinic.status() is Status.UNSUBSCRIBED


def test_a_forwarded_copy_is_not_the_readers(clinic: Clinic) -> None:
    """Somebody whom Ana sent her copy answers her, not us: their wish is not hers."""
    text = "From: friend@elsewhere.example.net\nSubject: Re: Fwd: x\nIn-Reply-To: <ana-1@example.org>\n"
    text += "References: <{REF}@e.example> <ana-1@example.org>\n\nPlease unsubscribe me.\n"
    assert read(clinic, mail(text)) == [Done.UNKNOWN_SENDER]
    assert clinic.status() is Status.SUBSCRIBED


@pytest.mark.parametrize("subject", ["unsubscribe {TOKEN}", "unsubscribe"])
def test_who_came_back_stays(clinic: Clinic, subject: str) -> None:
    """An old mail that is read again, as after a restored mailbox, unsubscribes nobody a second time."""
    request = from_ana(subject)
    read(clinic, request)
    with clinic.store.write() as connection:
        resubscribe(connection, clinic.store.key, ANA, wording="yes, again", note="wrote to us")
    assert read(clinic, request) == [Done.REPEATED]
    assert clinic.status() is Status.SUBSCRIBED
    assert read(clinic, from_ana(subject, "once more")) == [Done.UNSUBSCRIBED]


def test_forged_tokens(clinic: Clinic) -> None:
    """Of many that were made up or changed, none unsubscribes anybody."""
    rng = random.Random(7)  # noqa: S311 - the same in each run
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    forged = ["".join(rng.choices(letters, k=40)) for _ in range(200)]
    forged += [
        clinic.token[:n] + rng.choice(letters.replace(clinic.token[n], "")) + clinic.token[n + 1 :] for n in range(40)
    ]
    requests = [mail(f"From: x@elsewhere.example.net\nSubject: unsubscribe {token}\n\n") for token in forged]
    assert not {Done.UNSUBSCRIBED, Done.ALREADY} & set(read(clinic, *requests))
    assert clinic.status() is Status.SUBSCRIBED


@pytest.mark.parametrize("subject", ["unsubscribe {TOKEN}", "unsubscribe"])
def test_mail_that_sendgrid_holds(workspace: Workspace, store: Store, tmp_path: Path, subject: str) -> None:
    """It is dropped, if not in this run, then in the next one."""
    toml = workspace.root / "newsletter.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[delivery]\ntransport = "sendgrid"\n', "utf-8")
    with store.write() as connection:
        ana = add_subscriber(connection, store.key, ANA, wording="yes")
        add_subscriber(connection, store.key, BEN, wording="yes")
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "1.eml").write_bytes(from_ana(subject).raw(token=unsubscribe_token(store.key, ana.id), ref=""))
    with fake_sendgrid() as account:
        known = {"SENDGRID_API_KEY": KEY, "SENDGRID_HOST": account.url}
        held = start(store, MESSAGE, slug="december", plan=Plan(transport="sendgrid", hold_seconds=1200))
        dispatch(store, held, SendGridTransport(Client(KEY, account.url), Tracking()))
        account.faults.append(Fault("503", path="/v3/asm/suppressions/global"))
        words = ("inbox", "--files", str(folder))
        assert "1 request has to wait" in typed(*words, cwd=workspace.root, variables=known).stderr
        with store.read() as connection:
            assert get_subscriber(connection, ANA).status is Status.UNSUBSCRIBED
        assert typed(*words, cwd=workspace.root, variables=known).stderr == ""
        assert set(account.received()) == {BEN}


# --- bounces -------------------------------------------------------------------------------


@pytest.mark.parametrize("bounce", BOUNCED, ids=lambda one: one.name)
def test_bounces(clinic: Clinic, bounce: CorpusMail) -> None:
    """A dead address is not mailed again; a full mailbox or a refusal says nothing of the address: as for SendGrid."""
    outcome = {"hard": Done.HARD, "soft": Done.SOFT, "delay": Done.DELAYED}[bounce.label]
    assert read(clinic, bounce, bounce) == [outcome, Done.REPEATED]
    assert clinic.status() is (Status.BOUNCED if bounce.label == "hard" else Status.SUBSCRIBED)
    fates = {email: fate for email, _, fate in clinic.state()["fates"]}
    assert fates == {ANA: {"hard": "bounced", "soft": "blocked", "delay": "deferred"}[bounce.label], BEN: ""}


def test_a_bounce_of_no_message_of_ours(clinic: Clinic) -> None:
    """Whatever address a bounce names: without the name of a delivery, which nobody can make up, it is left alone."""
    before = clinic.state()
    for bounce in BOUNCED:
        forged = bounce.raw(token=clinic.token, ref="0123456789abcdef" * 2)
        report = read_replies(clinic.workspace, clinic.store, Pile([forged]))
        assert [done for _, done in report.mails] == [Done.AUTOMATIC], bounce.name
    assert clinic.state() == before


def test_a_bounce_counts_for_who_was_mailed(clinic: Clinic) -> None:
    """The address that bounced may be another one, to which Ana has her mail sent on; it is Ana who has no inbox."""
    bounce = next(one for one in BOUNCED if one.name == "exchange-online-not-found")
    raw = clinic.fill(CorpusMail("", "", bounce.text.replace("rfc822;{ANA}", f"rfc822;{BEN}")))
    read_replies(clinic.workspace, clinic.store, Pile([raw]))
    assert (clinic.status(), clinic.status(BEN)) == (Status.BOUNCED, Status.SUBSCRIBED)


# --- all of it -----------------------------------------------------------------------------


def test_machines_do_nothing(clinic: Clinic) -> None:
    """All mails of the corpus that no person wrote, but for bounces, change nothing at all; nor are they marked."""
    before = clinic.state()
    pile = Pile([clinic.fill(one) for one in MAILS if one.label in {"auto", "other"}])
    read_replies(clinic.workspace, clinic.store, pile)
    assert clinic.state() == before
    assert pile.marked == []


@pytest.mark.parametrize("seed", range(4))
def test_any_order(tmp_path: Path, clinic: Clinic, seed: int) -> None:
    """All mails of the corpus, shuffled and many twice, come to the same state."""
    raws = [clinic.fill(one) for one in MAILS]
    with copied(clinic, tmp_path) as other:
        read_replies(clinic.workspace, clinic.store, Pile(raws))
        shuffled = raws + raws[::3]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - the same in each run
        read_replies(other.workspace, other.store, Pile(shuffled))
        assert other.state() == clinic.state()


@pytest.mark.parametrize("when_marking", [False, True])
def test_interrupted_anywhere(tmp_path: Path, clinic: Clinic, *, when_marking: bool) -> None:
    """Broken off before any mail, or between what it does and its mark, and run again: the same state."""
    raws = [clinic.fill(one) for one in MAILS]
    with copied(clinic, tmp_path) as other:
        read_replies(clinic.workspace, clinic.store, Pile(raws))
        for step in range(0, len(raws), 4):
            with pytest.raises(KeyboardInterrupt):
                read_replies(other.workspace, other.store, Pile(raws, step, when_marking=when_marking))
        pile = Pile(raws)
        read_replies(other.workspace, other.store, pile)
        assert other.state() == clinic.state()
        assert len(pile.marked) == sum(one.label not in {"auto", "other"} for one in MAILS)


def test_dry_run(clinic: Clinic) -> None:
    """It tells the same and writes nothing."""
    writes: list[str] = []
    event.listen(clinic.store.engine, "before_cursor_execute", lambda _c, _u, sql, *_: writes.append(sql))
    pile = Pile([clinic.fill(one) for one in MAILS])
    told = read_replies(clinic.workspace, clinic.store, pile, dry_run=True)
    assert not [sql for sql in writes if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert pile.marked == []
    assert told.counts[Done.UNSUBSCRIBED] == sum(one.label in {"token", "words"} for one in MAILS)
    assert told.counts[Done.HARD] == sum(one.label == "hard" for one in MAILS)


def test_nothing_private_is_kept(clinic: Clinic) -> None:
    """What is remembered of a mail is a keyed hash: no address, no subject, no Message-ID."""
    read(clinic, from_ana("unsubscribe"), *BOUNCED)
    for (name,) in clinic.state()["read"]:
        assert re.fullmatch("reply read: [0-9a-f]{32}", str(name))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes(data: st.DataObject) -> None:
    """However a mail is damaged, it is a mail of some class, and never an error."""
    raw = bytearray(data.draw(st.sampled_from(MAILS)).raw(token="a" * 40, ref="0" * 32))
    for _ in range(data.draw(st.integers(0, 12))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=20))
        raw = raw or bytearray(b"x")
    classify(parse_mail(bytes(raw)), b"k" * 32, "newsletter@example.org")


@given(st.binary(max_size=400))
def test_no_mail_at_all(raw: bytes) -> None:
    """The same for what is no mail."""
    classify(parse_mail(raw), b"k" * 32, "newsletter@example.org")


def test_a_folder_of_files(clinic: Clinic, tmp_path: Path) -> None:
    """Files are read by their names, and stay as they are."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, one in enumerate(MAILS):
        (folder / f"{number:03}.eml").write_bytes(clinic.fill(one))
    (folder / "notes.txt").write_text("unsubscribe")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    first = read_replies(clinic.workspace, clinic.store, EmlFolder(folder))
    assert len(first.mails) == len(MAILS)
    again = read_replies(clinic.workspace, clinic.store, EmlFolder(folder))
    assert not set(again.counts) & {Done.UNSUBSCRIBED, Done.HARD, Done.SOFT, Done.DELAYED}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
