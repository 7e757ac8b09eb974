"""The `sendgrid` package made safe: timeouts, no redirects, no key in logs, odd segments quoted."""

import logging
import socket

import pytest

from newsletter.transports.sendgrid import Client
from newsletter.transports.sendgrid import client as module
from newsletter.transports.sendgrid.client import LostReplyError, NeverSentError
from tests.fakes.sendgrid import KEY, Fault, fake_sendgrid


def test_nobody_listens() -> None:
    """A refused connection is known to have sent nothing."""
    with pytest.raises(NeverSentError):
        Client(KEY, "http://127.0.0.1:9").call("get", "scopes")


def test_no_such_host() -> None:
    """A name that leads nowhere is known to have sent nothing."""
    with pytest.raises(NeverSentError):
        Client(KEY, "http://sendgrid.invalid").call("get", "scopes")


def test_answer_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the request and then says nothing is given up, and the reply is lost."""
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(LostReplyError, match="Timeout"):
        Client(KEY, f"http://127.0.0.1:{silent.getsockname()[1]}").call("post", "mail", "send", body={})


def test_half_an_answer() -> None:
    """An answer that breaks off is a lost reply."""
    with fake_sendgrid() as account:
        account.faults.append(Fault("reset-after", path="/v3/scopes"))
        with pytest.raises(LostReplyError):
            Client(KEY, account.url).call("get", "scopes")


@pytest.mark.parametrize("status", ["301", "302", "307", "308"])
def test_redirects_are_answers(status: str) -> None:
    """No redirect is followed, whatever its kind."""
    with fake_sendgrid() as account:
        account.faults.append(Fault(status, path="/v3/scopes", headers=(("Location", f"{account.url}/v3/other"),)))
        assert Client(KEY, account.url).call("get", "scopes").status == int(status)
        assert account.requests == ["GET /v3/scopes"]


def test_key_and_addresses_are_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """Even with debugging on, the package logs neither the key nor who is written to."""
    caplog.set_level(logging.DEBUG)
    with fake_sendgrid() as account:
        Client(KEY, account.url).call("post", "mail", "send", body={"to": "ana@example.org"})
    assert KEY not in caplog.text
    assert "ana@example.org" not in caplog.text


@pytest.mark.parametrize("text", ["Grüße", "\N{SMILING FACE WITH OPEN MOUTH}", "half a \ud83d character", '"\\\n\x00'])
def test_any_text_arrives_as_json(text: str) -> None:
    """Whatever a body holds, the server reads the very same in it."""
    with fake_sendgrid() as account:
        Client(KEY, account.url).call("post", "mail", "send", body={"subject": text})
        assert account.bodies == [{"subject": text}]


def test_odd_segments_are_quoted() -> None:
    """An address in a path stays one segment of it."""
    with fake_sendgrid() as account:
        Client(KEY, account.url).call("get", "asm", "suppressions", "global", "a+b/c?x#y@example.com")
        assert account.requests == ["GET /v3/asm/suppressions/global/a%2Bb%2Fc%3Fx%23y%40example.com"]
