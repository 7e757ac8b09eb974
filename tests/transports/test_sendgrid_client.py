"""The `sendgrid` package made safe: timeouts, no redirects, no key in logs, odd segments quoted."""

import json
import logging
import socket
from email.message import Message as Headers
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import TransportError
from newsletter.message import Recipient
from newsletter.transports import Batch, NotSent, Refused
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.transports.sendgrid import client as module
from newsletter.transports.sendgrid.answers import read_answer
from newsletter.transports.sendgrid.client import LostReplyError, NeverSentError
from tests.campaigns.samples import MESSAGE
from tests.fakes.sendgrid import KEY, Fault, fake_sendgrid

BATCH = Batch(
    campaign="c", ref="r", slug="december", message=MESSAGE, recipients=(Recipient(ref="a", email="ana@example.org"),)
)


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
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(LostReplyError, match="in time"):
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


@given(
    key=st.text(), host=st.sampled_from(["{}", "https://{}", "http://{}.invalid", "http://127.0.0.1:9"]), text=st.text()
)
def test_whatever_fails_before_the_first_byte_is_no_doubt(key: str, host: str, text: str) -> None:
    """With any key and any address: a request that never began is known as such, and the key is not shown."""
    client = Client(key, host.format(text))
    nobody = mock.patch.object(socket, "create_connection", side_effect=ConnectionRefusedError)
    with nobody, pytest.raises(NeverSentError) as caught:
        client.call("post", "mail", "send", body={"subject": text})
    assert len(key) < 12 or key not in str(caught.value)


@pytest.mark.parametrize("key", ["SG.“x”", "SG.x\u200b", "SG.x\n", "SG.ключ"])
@pytest.mark.parametrize("held", [True, False])
def test_key_that_no_header_can_hold_stops_at_once(key: str, held: bool) -> None:  # noqa: FBT001
    """It is not tried again and again: the next request would fare no better."""
    with fake_sendgrid() as account:
        transport = SendGridTransport(Client(key, account.url), Tracking())
        outcome = transport.holds.open() if held else transport.send(BATCH)
        assert isinstance(outcome, NotSent)
        assert outcome.wait == float("inf")
        assert account.requests == []


@pytest.mark.parametrize(
    ("errors", "named"),
    [
        ([{"field": "personalizations.1.to.0.email", "message": "Does not contain a valid address."}], {1}),
        ([{"field": "personalizations[1].to[0].email", "message": "x"}], {1}),
        (
            [{"field": "personalizations.0.to", "message": "x"}, {"field": "personalizations.1.to.0", "message": "y"}],
            {0, 1},
        ),
        *(
            ([{"field": "personalizations[1].to[0].email", "message": "x"}, {"field": field, "message": "y"}], set())
            for field in ("from.email", "reply_to", "content.0", "subject", "template_id", None, "", "personalizations")
        ),
        ([{"field": None, "message": "account under review"}], set()),
        ([{"message": "personalizations.1.to.0.email: account under review"}], set()),
        ([{"field": "personalizations", "message": "x"}], set()),
        ([{"field": "personalizations.1.substitutions", "message": "x"}], set()),
        ([{"field": "personalizations.1.from.email", "message": "x"}], set()),
        ([{"field": 7, "message": None}, {"field": None, "message": "x"}], set()),
        ([], set()),
        ("oops", set()),
    ],
)
def test_whom_an_answer_names(errors: object, named: set[int]) -> None:
    """Only the field of a recipient names them."""
    for status in (400, 413):
        outcome = read_answer(status, Headers(), json.dumps({"errors": errors}).encode())
        assert isinstance(outcome, Refused)
        assert set(outcome.named) == named


@pytest.mark.parametrize(
    "field", ["from.email", "content.1.value", "subject", "reply_to", "categories", "attachments.0"]
)
def test_field_that_everybody_has_is_the_senders(field: str) -> None:
    """What would be rejected for anybody stops the run at once."""
    body = {"errors": [{"field": field, "message": "is not right for ana@example.org"}]}
    with pytest.raises(TransportError, match=field) as caught:
        read_answer(400, Headers(), json.dumps(body).encode())
    assert "ana@" not in str(caught.value)


@pytest.mark.parametrize("name", ["Retry-After", "X-RateLimit-Reset"])
@pytest.mark.parametrize(
    ("said", "seconds"), [("²", 10), ("٣", 10), ("", 10), ("-5", 10), ("soon", 10), ("9" * 400, 7 * 86400)]
)
def test_wait_that_makes_no_sense(name: str, said: str, seconds: float) -> None:
    """What is no number asks for nothing in particular; nobody waits longer than a week."""
    headers = Headers()
    headers[name] = said
    outcome = read_answer(429, headers, b"")
    assert isinstance(outcome, NotSent)
    assert outcome.wait == seconds
