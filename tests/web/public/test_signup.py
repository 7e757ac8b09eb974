"""Signing up: nobody is subscribed without their own click, and no answer tells who is on the list."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import event

from newsletter.campaigns.freezing import count_rest
from newsletter.rendering.theme import copy_theme
from newsletter.services.consent import leave
from newsletter.services.requests import complete_requests, forget_unconfirmed
from newsletter.subscribers.forgetting import forget_subscriber
from newsletter.subscribers.records import add_subscriber
from newsletter.subscribers.suppression import suppress, suppressed_among
from newsletter.subscribers.tokens import confirm_token, unsubscribe_token
from newsletter.subscribers.vocabulary import Reason, Status
from newsletter.workspace import open_workspace
from tests.web.public.visiting import ANA, Visit, Visitor, hidden, parts


def test_the_whole_way(visitor: Visitor) -> None:
    """A form, a mail, a page with a button: then, and not before, somebody is subscribed, and it is on record."""
    assert visitor.fill_in(ANA, first_name="Ana").status_code == 200
    assert visitor.person() is None
    [mail] = visitor.mails()
    assert mail["To"] == ANA
    waiting = visitor.person()
    assert waiting is not None
    assert (waiting.status, waiting.first_name) == (Status.PENDING, "")

    page = visitor.get(visitor.link())
    assert "Confirm my subscription" in page.text
    assert visitor.person() == waiting
    answer = visitor.client.post(visitor.link())
    assert (answer.status_code, "You are subscribed" in answer.text) == (200, True)

    person = visitor.person()
    assert person is not None
    assert (person.status, person.first_name, person.language) == (Status.SUBSCRIBED, "Ana", "en")
    requested, confirmed = visitor.entries()
    assert visitor.told() == [("requested", "form"), ("confirmed", "token")]
    assert requested.wording in re.sub(r"\s+", " ", visitor.get("/subscribe").text)
    assert re.fullmatch(r"sign-up page, en, wording [0-9a-f]{8}", requested.note)
    assert confirmed.at >= requested.at
    with visitor.store.read() as connection:
        assert count_rest(connection, "december") == 1


def test_the_mail_is_a_notice(visitor: Visitor) -> None:
    """The mail is in the clinic's theme, names it, and is no mail to a list; nothing that was typed is in it."""
    visitor.fill_in(ANA, first_name="Buy-pills.example")
    [mail] = visitor.mails()
    text, page = parts(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    for part in (text, page):
        assert "Elm Street Psychiatry" in part
        assert "12 Elm Street" in part
        assert "-unsubscribe-url-" not in part
        assert "pills" not in part
    assert "#1f5c50" in page
    assert str(mail["Message-ID"]).startswith(f"<{visitor.link().removeprefix('/').replace('/', '-')}@")


@pytest.mark.parametrize("theme", ["clinic", "digest", "journal", "letter", "ours"])
def test_the_mail_in_every_theme(visit: Visit, theme: str) -> None:
    """Each theme sets the mail; a clinic's own that is older than such mails does, too."""
    visitor = visit()
    path = visitor.workspace.root / "newsletter.toml"
    if theme == "ours":
        copied = copy_theme(visitor.workspace, theme, "clinic")
        for old in copied.glob("notice.*"):
            old.unlink()
    path.write_text(path.read_text("utf-8") + f'\n[theme]\nname = "{theme}"\n', "utf-8")
    visitor = Visitor(open_workspace(path.parent), visitor.store)
    visitor.fill_in(ANA)
    assert visitor.client.post(visitor.link()).status_code == 200


def known_as(visitor: Visitor, what: str) -> None:
    """Let the list know an address in one of many ways."""
    with visitor.store.write() as connection:
        key = visitor.store.key
        if what != "unknown":
            add_subscriber(connection, key, ANA, wording="Yes.", pending=what == "pending")
        if what == "forgotten":
            forget_subscriber(connection, key, ANA)
        elif what in set(Reason):
            suppress(connection, key, ANA, Reason(what))


KNOWN = ["unknown", "subscribed", "pending", "unsubscribed", "bounced", "complained", "forgotten"]


@pytest.mark.parametrize("what", KNOWN)
def test_whoever_confirms_is_subscribed(visitor: Visitor, what: str) -> None:
    """Whatever became of an address before: its own click, and nothing less, subscribes it."""
    known_as(visitor, what)
    before = visitor.person()
    visitor.fill_in(ANA)
    assert visitor.person() == before
    link = visitor.link()
    if what != "unknown":
        assert visitor.person() == before
    visitor.get(link)
    with visitor.store.read() as connection:
        suppressed = suppressed_among(connection, visitor.store.key, [ANA])
    assert bool(suppressed) is (what in set(Reason))

    assert visitor.client.post(link).status_code == 200
    person = visitor.person()
    assert person is not None
    assert person.status is Status.SUBSCRIBED
    with visitor.store.read() as connection:
        assert not suppressed_among(connection, visitor.store.key, [ANA])
        assert count_rest(connection, "december") == 1
    ends = {"subscribed": "renewed", "unknown": "confirmed", "pending": "confirmed", "forgotten": "confirmed"}
    assert visitor.told()[-2:] == [("requested", "form"), (ends.get(what, "resubscribed"), "token")]
    count = len(visitor.entries())
    assert visitor.client.post(link).status_code == 200  # pressed twice
    assert len(visitor.entries()) == count


def test_answers_are_the_same_for_everybody(visitor: Visitor) -> None:
    """Text, status, headers and the statements that are run do not tell whether an address is known."""
    seen = set()
    for what in KNOWN:
        with visitor.store.write() as connection:
            connection.exec_driver_sql("DELETE FROM subscribers")
            connection.exec_driver_sql("DELETE FROM suppressions")
        known_as(visitor, what)
        shown = hidden(visitor.get("/subscribe"), "shown")
        visitor.hands.move(seconds=30)
        ran: list[str] = []

        def note(_c: object, _u: object, sql: str, *_: object, ran: list[str] = ran) -> None:
            ran.append(sql)

        stranger = Visitor(visitor.workspace, visitor.store, visitor.hands)
        event.listen(visitor.store.engine, "before_cursor_execute", note)
        answer = stranger.client.post("/subscribe", data={"shown": shown, "email": ANA})
        event.remove(visitor.store.engine, "before_cursor_execute", note)
        seen.add((answer.status_code, answer.text, str(answer.headers), tuple(ran)))
    [(status, _page, _headers, statements)] = seen
    assert status == 200
    assert [sql.split()[0] for sql in statements if not sql.startswith("BEGIN")] == ["INSERT"]


@pytest.mark.parametrize("times", [1, 3])
def test_one_mail_a_day(visitor: Visitor, times: int) -> None:
    """However often an address is typed, by whomever, it gets one mail in 24 hours."""
    for _ in range(times):
        assert visitor.fill_in("Ana@Example.org").status_code == 200
        assert len(visitor.mails()) == 1
    visitor.hands.move(hours=23)
    visitor.fill_in(ANA)
    assert len(visitor.mails()) == 1
    visitor.hands.move(hours=2)
    visitor.fill_in(ANA)
    assert len(visitor.mails()) == 2


def test_coming_back_on_the_same_day(visitor: Visitor) -> None:
    """Whoever confirmed, unsubscribed and subscribes again gets a new link at once, for the first one is used up."""
    visitor.fill_in(ANA)
    first = visitor.link()
    visitor.client.post(first)
    person = visitor.person()
    assert person is not None
    leave(visitor.store, unsubscribe_token(visitor.store.key, person.id))
    visitor.hands.move(hours=1)
    for _ in range(2):  # the second time, the new link is still to be used
        visitor.fill_in(ANA)
    assert len(visitor.mails()) == 2
    assert visitor.client.post(first).status_code == 404
    assert visitor.client.post(visitor.link()).status_code == 200
    person = visitor.person()
    assert person is not None
    assert person.status is Status.SUBSCRIBED


@pytest.mark.parametrize("after", [0, 1, 24 * 3600 + 60])
def test_who_is_too_quick_or_slow_presses_once_more(visitor: Visitor, after: float) -> None:
    """A person who looks like a program sees what they typed again, and the next press works."""
    answer = visitor.fill_in(ANA, after=after, first_name='A"na')
    assert (answer.status_code, "One last step" in answer.text) == (200, True)
    assert 'value="A&#34;na"' in answer.text
    assert visitor.mails() == []
    visitor.hands.move(seconds=3)
    visitor.client.post("/subscribe", data={"shown": hidden(answer, "shown"), "email": ANA})
    assert len(visitor.mails()) == 1


def test_a_form_on_the_clinics_own_site(visitor: Visitor) -> None:
    """A plain form elsewhere leads to the same page, filled in; one more press, and the mail is sent."""
    answer = visitor.client.post("/subscribe?lang=en", data={"email": ANA}, headers={"Origin": "https://elm.example"})
    assert f'value="{ANA}"' in answer.text
    visitor.hands.move(seconds=3)
    visitor.client.post("/subscribe?lang=en", data={"shown": hidden(answer, "shown"), "email": ANA})
    assert len(visitor.mails()) == 1


def test_only_wording_that_was_shown_is_agreed_to(visitor: Visitor) -> None:
    """Whoever sends the form in another language than they saw it in is shown the other wording first."""
    shown = hidden(visitor.get("/subscribe?lang=en"), "shown")
    visitor.hands.move(seconds=10)
    answer = visitor.client.post("/subscribe?lang=es", data={"shown": shown, "email": ANA})
    assert f'value="{ANA}"' in answer.text
    assert visitor.mails() == []
    visitor.hands.move(seconds=10)
    visitor.client.post("/subscribe?lang=es", data={"shown": hidden(answer, "shown"), "email": ANA})
    visitor.mails()
    [requested] = visitor.entries()
    assert requested.wording in re.sub(r"\s+", " ", answer.text)
    assert requested.note.startswith("sign-up page, es")


def test_programs_fill_in_the_trap(visitor: Visitor) -> None:
    """Whoever fills in the field that nobody sees is answered like anybody, and nothing happens."""
    answer = visitor.fill_in(ANA, website="https://spam.example")
    assert answer.text == visitor.fill_in("ben@example.org").text
    assert [mail["To"] for mail in visitor.mails()] == ["ben@example.org"]


@pytest.mark.parametrize("typed", ["", "ana", "ana@", "a b@example.org", "ana@example.org\r\nBcc: x@example.org"])
def test_what_is_no_address_is_shown_again(visitor: Visitor, typed: str) -> None:
    """A typing error is told in words, and nothing is stored."""
    answer = visitor.fill_in(typed)
    assert (answer.status_code, "does not look like an email address" in answer.text) == (422, True)
    assert visitor.mails() == []


def test_one_address_is_not_asked_for_again_and_again(visitor: Visitor) -> None:
    """Beyond some requests an hour for one address, none is even stored; the answers stay the same."""
    answers = {visitor.fill_in(ANA).text for _ in range(9)}
    assert len(answers) == 1
    with visitor.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM requests").scalar() == 5


def test_one_network_cannot_ask_for_everybody(visit: Visit) -> None:
    """Beyond some requests an hour, a network is asked to wait."""
    visitor = visit()
    answers = [visitor.fill_in(f"reader{number}@example.org") for number in range(32)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 2
    assert answers[-1].headers["Retry-After"]


def test_an_old_link_does_not_undo_a_leave(visitor: Visitor) -> None:
    """Whoever unsubscribes after asking stays unsubscribed, whatever links they still have."""
    visitor.fill_in(ANA)
    first = visitor.link()
    visitor.hands.move(hours=25)
    visitor.fill_in(ANA)
    second = visitor.link()
    visitor.client.post(first)
    person = visitor.person()
    assert person is not None
    visitor.hands.move(minutes=1)
    with visitor.store.write() as connection:
        connection.exec_driver_sql("UPDATE requests SET at = '2026-01-01T00:00:00Z'")
    visitor.hands.move(days=-30 * 12)
    leave(visitor.store, unsubscribe_token(visitor.store.key, person.id))
    for link in (first, second):
        assert visitor.client.post(link).status_code == 404
    person = visitor.person()
    assert person is not None
    assert person.status is Status.UNSUBSCRIBED


def test_who_does_not_confirm_is_deleted(visitor: Visitor) -> None:
    """After 30 days the link is void, and nothing of them is left; whoever was never asked stays."""
    with visitor.store.write() as connection:
        imported = add_subscriber(connection, visitor.store.key, "ben@example.org", wording="Yes.", pending=True)
    visitor.fill_in(ANA)
    link = visitor.link()
    visitor.hands.move(days=29)
    assert forget_unconfirmed(visitor.store, visitor.clock) == 0
    assert visitor.get(link).status_code == 200
    visitor.hands.move(days=2)
    assert visitor.get(link).status_code == visitor.client.post(link).status_code == 404
    assert forget_unconfirmed(visitor.store, visitor.clock) == 1
    assert visitor.person() is None
    assert visitor.person("ben@example.org") == imported
    with visitor.store.read() as connection:
        for table in ("requests", "suppressions"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0  # noqa: S608


def test_erasing_takes_requests_along(visitor: Visitor) -> None:
    """A request for an erased address is gone with everything else, and its link with it."""
    visitor.fill_in(ANA)
    link = visitor.link()
    with visitor.store.write() as connection:
        forget_subscriber(connection, visitor.store.key, ANA)
    assert visitor.client.post(link).status_code == 404
    assert visitor.person() is None


def test_a_form_that_is_off(visit: Visit) -> None:
    """Without the setting there is no form; a link that was mailed before still works."""
    visitor = visit()
    visitor.fill_in(ANA)
    link = visitor.link()
    shut = visit("").workspace.root / "newsletter.toml"
    shut.write_text(shut.read_text("utf-8").replace("signup = true", "signup = false"), "utf-8")
    later = Visitor(open_workspace(shut.parent), visitor.store)
    assert later.get("/subscribe").status_code == later.client.post("/subscribe").status_code == 404
    assert later.client.post(link).status_code == 200


def test_topics(visit: Visit) -> None:
    """Topics that the clinic offers become tags on confirming; others cannot be chosen."""
    visitor = visit('topics = ["workshops: Workshops & groups", "research: New research"]')
    assert "Workshops &amp; groups" in visitor.get("/subscribe").text
    shown = hidden(visitor.get("/subscribe"), "shown")
    visitor.hands.move(seconds=9)
    visitor.client.post("/subscribe", data={"shown": shown, "email": ANA, "topic": ["workshops", "vip"]})
    visitor.client.post(visitor.link())
    person = visitor.person()
    assert person is not None
    assert person.tags == ("workshops",)


def test_tokens_of_requests_and_people_are_apart(visitor: Visitor) -> None:
    """A link of one kind never does what another kind does, even with the same number."""
    link = visitor.subscribe()
    visitor.fill_in("ben@example.org")
    visitor.mails()
    unsubscribing, confirming = link.removeprefix("/u/"), confirm_token(visitor.store.key, 1)
    assert visitor.client.post(f"/confirm/{unsubscribing}").status_code == 404
    assert visitor.client.post(f"/u/{confirming}").status_code == 404
    ben = visitor.person("ben@example.org")
    assert ben is not None
    assert ben.status is Status.PENDING


# --- Reminder and welcome, both off by default ----------------------------------------------


@pytest.mark.parametrize("hours", [24.5, 47])
def test_one_reminder(visit: Visit, hours: float) -> None:
    """With the setting, who has not confirmed after a day is reminded once; the link is the same."""
    visitor = visit("reminder = true")
    visitor.fill_in(ANA)
    link = visitor.link()
    visitor.hands.move(hours=23)
    assert len(visitor.mails()) == 1
    visitor.hands.move(hours=hours - 23)
    reminder = visitor.mails()[-1]
    assert len(visitor.mails()) == 2
    assert "reminder" in str(reminder["Subject"])
    assert visitor.link() == link
    visitor.hands.move(hours=30)
    assert len(visitor.mails()) == 2
    assert visitor.client.post(link).status_code == 200


def test_a_reminder_that_cannot_be_made_waits(visit: Visit) -> None:
    """While the theme is broken, nobody is reminded and nothing else fails; afterward they still are."""
    visitor = visit("reminder = true")
    visitor.fill_in(ANA)
    visitor.mails()
    visitor.hands.move(hours=25)
    theme = replace(visitor.workspace.settings.theme, name="gone")
    broken = replace(visitor.workspace, settings=replace(visitor.workspace.settings, theme=theme))
    assert complete_requests(broken, visitor.store, visitor.clock).waiting == 1
    assert len(visitor.mails()) == 2


@pytest.mark.parametrize("case", ["off", "confirmed", "subscribed before", "too late"])
def test_no_reminder(visit: Visit, case: str) -> None:
    """Nobody is reminded who confirmed, was a subscriber anyway, or asked long before the setting was turned on."""
    visitor = visit("" if case == "off" else "reminder = true")
    if case == "subscribed before":
        visitor.subscribe()
    visitor.fill_in(ANA)
    link = visitor.link()
    if case == "confirmed":
        visitor.client.post(link)
    visitor.hands.move(hours=49 if case == "too late" else 25)
    assert len(visitor.mails()) == 1


WELCOME = '# Welcome to Steady\n\nDear {{ first_name or "reader" }}, good to have you.\n'


def welcomes(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the subjects and texts of all welcome mails."""
    visitor.mails()
    files = (visitor.workspace.outbox_dir / "welcome").glob("*.eml")
    mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in files]
    return [(str(mail["Subject"]), parts(mail)[0]) for mail in mails]


def test_welcome(visit: Visit) -> None:
    """Once confirmed, and only then, somebody gets the clinic's words, with their own unsubscribe link."""
    visitor = visit('welcome = "welcome.md"')
    (visitor.workspace.root / "welcome.md").write_text(WELCOME, "utf-8")
    visitor.fill_in(ANA, first_name="Ana")
    link = visitor.link()
    assert welcomes(visitor) == []
    visitor.client.post(link)
    [(subject, text)] = welcomes(visitor)
    assert (subject, "Dear Ana, good to have you." in text) == ("Welcome to Steady", True)
    found = re.search(r"https://news\.example\.org(/u/\w+)", text)
    assert found
    visitor.client.post(link)
    assert len(welcomes(visitor)) == 1
    assert visitor.client.post(found[1]).status_code == 200
    person = visitor.person()
    assert person is not None
    assert person.status is Status.UNSUBSCRIBED


def test_welcome_in_their_language(visit: Visit) -> None:
    """A file with the language in its name goes before the usual one."""
    visitor = visit('welcome = "welcome.md"')
    (visitor.workspace.root / "welcome.md").write_text(WELCOME, "utf-8")
    (visitor.workspace.root / "welcome.es.md").write_text("# Bienvenida\n\nGracias.\n", "utf-8")
    visitor.fill_in(ANA, path="/subscribe?lang=es")
    visitor.client.post(visitor.link())
    [(subject, text)] = welcomes(visitor)
    assert (subject, "Darse de baja" in text) == ("Bienvenida", True)


def test_who_leaves_at_once_is_not_welcomed(visit: Visit) -> None:
    """A welcome that waits is not sent to somebody who unsubscribed meanwhile."""
    visitor = visit('welcome = "welcome.md"')
    (visitor.workspace.root / "welcome.md").write_text(WELCOME, "utf-8")
    visitor.fill_in(ANA)
    visitor.client.post(visitor.link())
    person = visitor.person()
    assert person is not None
    leave(visitor.store, unsubscribe_token(visitor.store.key, person.id))
    assert welcomes(visitor) == []


@pytest.mark.parametrize("text", [None, "", "No title.\n", "# Only a title\n", "# Hi\n\n{{ nonsense }}\n"])
def test_a_broken_welcome_stops_nobody_else(visit: Visit, text: str | None) -> None:
    """What is wrong with the file is told; confirmations go out all the same, and the welcome once it is fixed."""
    visitor = visit('welcome = "welcome.md"')
    path = visitor.workspace.root / "welcome.md"
    if text is not None:
        path.write_text(text, "utf-8")
    visitor.fill_in(ANA)
    visitor.client.post(visitor.link())
    visitor.fill_in("ben@example.org")
    done = complete_requests(visitor.workspace, visitor.store, visitor.clock)
    assert (done.mailed, done.waiting, bool(done.trouble)) == (1, 1, True)
    path.write_text(WELCOME, "utf-8")
    assert len(welcomes(visitor)) == 1
