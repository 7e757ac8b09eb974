"""The doctor asks SendGrid what may go wrong later, and changes nothing there."""

import dataclasses

import pytest

from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.doctor import Verdict
from newsletter.doctor.sendgrid import look_at_sendgrid
from newsletter.transports.sendgrid import Client
from newsletter.workspace import Settings, Workspace
from tests.fakes.sendgrid import KEY, FakeSendGrid, Fault

HOOK = "https://news.example.org/events/sendgrid"
PUBLIC = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"


@pytest.fixture
def settings(workspace: Workspace) -> Settings:
    """Settings of a clinic whose pages run, and take events in."""
    found = workspace.settings
    return dataclasses.replace(
        found,
        web=dataclasses.replace(found.web, public_url="https://news.example.org"),
        sendgrid=dataclasses.replace(found.sendgrid, webhook_key=PUBLIC),
    )


@pytest.fixture
def account(account: FakeSendGrid) -> FakeSendGrid:
    """The account, with its event webhook set up."""
    account.webhooks = [{"url": HOOK, "enabled": True, "public_key": PUBLIC}]
    return account


def _look(account: FakeSendGrid, settings: Settings, key: str = KEY) -> dict[str, Verdict]:
    found = list(look_at_sendgrid(Client(key, account.url), settings, SYSTEM_CLOCK))
    assert not any(KEY in f"{verdict.words}{verdict.remedy}" for verdict in found)
    assert not any("@" in verdict.words for verdict in found)
    by_about: dict[str, Verdict] = {}
    for verdict in found:
        by_about[verdict.about] = max(by_about.get(verdict.about, verdict), verdict, key=_weight)
    return by_about


def _weight(verdict: Verdict) -> int:
    return ["ok", "note", "warn", "wrong"].index(verdict.level)


def _levels(account: FakeSendGrid, settings: Settings) -> dict[str, str]:
    return {about: str(verdict.level) for about, verdict in _look(account, settings).items()}


def test_all_is_well(account: FakeSendGrid, settings: Settings) -> None:
    """Where all is as it should be, each line is ok, and SendGrid was only asked."""
    assert set(_levels(account, settings).values()) == {"ok"}
    assert set(account.requests) == {
        "GET /v3/scopes",
        "GET /v3/whitelabel/domains",
        "GET /v3/suppression/bounces",
        "POST /v3/logs",
        "GET /v3/user/webhooks/event/settings/all",
    }


@pytest.mark.parametrize(
    ("scope", "level", "said"),
    [
        ("mail.send", "wrong", "send anything"),
        ("mail.batch.create", "wrong", "hold a send"),
        ("user.scheduled_sends.create", "wrong", "cancel a held send"),
        ("user.scheduled_sends.read", "warn", "confirm that"),
    ],
)
def test_missing_permission(account: FakeSendGrid, settings: Settings, scope: str, level: str, said: str) -> None:
    """A permission that is missing is named, with what cannot be done without it."""
    account.scopes.remove(scope)
    verdict = _look(account, settings)["key"]
    assert (verdict.level, scope in verdict.words, said in verdict.words) == (level, True, True)


def test_key_that_may_only_send(account: FakeSendGrid, settings: Settings) -> None:
    """The narrowest key that works is not wrong; what stays in the dark is said."""
    account.scopes = [scope for scope in account.scopes if scope.startswith(("mail.", "user.scheduled"))]
    found = _levels(account, settings)
    assert found == {"clock": "ok", "key": "ok", "sender": "note", "lists": "warn", "logs": "note", "events": "note"}


def test_key_that_may_too_much(account: FakeSendGrid, settings: Settings) -> None:
    """A key that may make other keys is more than a newsletter needs."""
    account.scopes.append("api_keys.create")
    assert _look(account, settings)["key"].level == "warn"


def test_wrong_key(account: FakeSendGrid, settings: Settings) -> None:
    """A key that SendGrid does not know is wrong, with the three things that it can mean."""
    verdict = _look(account, settings, key="SG.another")["key"]
    assert (verdict.level, "three things" in verdict.remedy) == ("wrong", True)


@pytest.mark.parametrize(
    ("fault", "about", "level"),
    [
        (Fault("302", path="/v3/scopes", headers=(("Location", "https://wifi.example.org"),)), "key", "wrong"),
        (Fault("200", path="/v3/scopes", body=b"<html>Welcome</html>"), "SendGrid", "wrong"),
        (Fault("503", path="/v3/scopes", body=b"<html>Sorry</html>"), "SendGrid", "warn"),
        (Fault("403", path="/v3/scopes"), "key", "warn"),
        (Fault("reset-after", path="/v3/scopes"), "SendGrid", "wrong"),
        (Fault("reset-after", path="/v3/whitelabel/domains"), "SendGrid", "warn"),
    ],
)
def test_strange_answers(account: FakeSendGrid, settings: Settings, fault: Fault, about: str, level: str) -> None:
    """Whatever SendGrid, or what stands before it, answers: it becomes a line, not a crash."""
    account.faults.append(fault)
    assert _look(account, settings)[about].level == level


def test_nobody_answers(account: FakeSendGrid, settings: Settings) -> None:
    """Without a connection there is one line about it."""
    account.url = "http://127.0.0.1:9"
    assert _levels(account, settings) == {"SendGrid": "wrong"}


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [
        (0, "ok", "it agrees"),
        (60, "warn", "seconds behind SendGrid's"),
        (-60, "warn", "seconds ahead of SendGrid's"),
        (700, "wrong", "12 minutes behind SendGrid's"),
        (-700, "wrong", "12 minutes ahead of SendGrid's"),
    ],
)
def test_clocks(account: FakeSendGrid, settings: Settings, seconds: float, level: str, words: str) -> None:
    """A clock that is off is told of, with how to set it."""
    account.offset = seconds
    verdict = _look(account, settings)["clock"]
    assert (verdict.level, words in verdict.words) == (level, True), verdict.words
    assert ("Windows" in verdict.remedy) == (level != "ok")


@pytest.mark.parametrize("date", ["", "now"])
def test_answers_without_a_time(account: FakeSendGrid, settings: Settings, date: str) -> None:
    """Where something takes the time out of SendGrid's answers, no undo can be counted on."""
    account.date = date
    assert "do not contain its time" in _look(account, settings)["clock"].words


@pytest.mark.parametrize(
    ("domains", "senders", "level"),
    [
        ({"elmstreet.example.org": True}, {}, "ok"),
        ({"example.org": True}, {}, "ok"),
        ({"elmstreet.example.org": False}, {}, "wrong"),
        ({"street.example.org": True}, {}, "wrong"),
        ({}, {"newsletter@elmstreet.example.org": True}, "warn"),
        ({}, {"newsletter@elmstreet.example.org": False}, "wrong"),
        ({}, {"other@elmstreet.example.org": True}, "wrong"),
    ],
)
def test_sender(
    account: FakeSendGrid, settings: Settings, domains: dict[str, bool], senders: dict[str, bool], level: str
) -> None:
    """The From address has to be on a domain that SendGrid has authenticated; a lone address is half of it."""
    account.domains, account.senders = domains, senders
    assert _look(account, settings)["sender"].level == level


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "ok"),
        ({"enabled": False}, "warn"),
        ({"public_key": "MFkwOther"}, "wrong"),
        ({"public_key": ""}, "wrong"),
        ({"url": "https://elsewhere.example.org/events/sendgrid"}, "warn"),
    ],
)
def test_webhook(account: FakeSendGrid, settings: Settings, changed: dict[str, object], level: str) -> None:
    """The webhook has to be on, to post here, and to sign with the key that is in the settings."""
    account.webhooks = [{**account.webhooks[0], **changed}]
    assert _look(account, settings)["events"].level == level


def test_no_webhook_wanted(account: FakeSendGrid, workspace: Workspace) -> None:
    """Whoever takes no events in is told that it could be so, once."""
    assert _look(account, workspace.settings)["events"].level == "note"
