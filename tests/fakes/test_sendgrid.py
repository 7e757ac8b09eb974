"""The SendGrid of our own keeps the rules that it is there to keep."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from newsletter.transports.sendgrid import Client
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.fakes.sendgrid.webhook import Webhook, happen

HOUR = 3600


@pytest.fixture
def account() -> Iterator[FakeSendGrid]:
    """An account."""
    with fake_sendgrid() as found:
        yield found


def _ask(account: FakeSendGrid, method: str, *segments: str, **options: Any) -> tuple[int, Any]:
    answer = Client(KEY, account.url).call(method, *segments, **options)
    return answer.status, json.loads(answer.body) if answer.body else None


def _mail(*names: str, **more: Any) -> dict[str, Any]:
    tracking = {name: {"enable": False} for name in ("click_tracking", "open_tracking", "ganalytics")}
    return {
        "personalizations": [
            {"to": [{"email": f"{name}@example.org"}], "custom_args": {"newsletter_delivery": name}} for name in names
        ],
        "from": {"email": "news@example.org"},
        "subject": "Hello",
        "content": [{"type": "text/plain", "value": "Hello"}, {"type": "text/html", "value": "<p>Hello</p>"}],
        "categories": ["newsletter-1"],
        "tracking_settings": tracking,
        **more,
    }


def _hold(account: FakeSendGrid, *names: str, ahead: float = HOUR) -> str:
    batch_id: str = _ask(account, "post", "mail", "batch")[1]["batch_id"]
    body = _mail(*names, batch_id=batch_id, send_at=int(account.now() + ahead))
    assert _ask(account, "post", "mail", "send", body=body)[0] == 202
    return batch_id


def _stop(account: FakeSendGrid, batch_id: str, status: str = "cancel") -> int:
    return _ask(account, "post", "user", "scheduled_sends", body={"batch_id": batch_id, "status": status})[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"subject": ""}, "subject"),
        ({"send_at": 1}, "72 hours"),
        ({"send_at": 2**40}, "72 hours"),
        ({"batch_id": "made-up"}, "batch_id"),
        ({"from": {"email": "news@example.org", "name": "Smith, John"}}, "comma"),
        ({"categories": ["x" * 256]}, "category"),
        ({"categories": ["x", "x"]}, "categories"),
        ({"categories": [str(number) for number in range(11)]}, "categories"),
    ],
)
def test_bad_mail_is_refused(account: FakeSendGrid, change: dict[str, Any], said: str) -> None:
    """What SendGrid would refuse is refused, and nobody gets it."""
    status, document = _ask(account, "post", "mail", "send", body=_mail("ana") | change)
    assert status == 400
    assert any(said in error["message"] for error in document["errors"]), document
    assert account.received() == {}


def test_too_large_mail(account: FakeSendGrid) -> None:
    """More than thirty megabytes is refused with a page of HTML, as SendGrid's front door does."""
    body = _mail("ana", attachments=[{"content": "A" * 30_100_000, "filename": "a.pdf"}])
    answer = Client(KEY, account.url).call("post", "mail", "send", body=body)
    assert (answer.status, answer.body[:6], account.received()) == (413, b"<html>", {})


def test_what_is_cancelled_in_time_is_dropped(account: FakeSendGrid) -> None:
    """Ten minutes before its time a cancelling works; nine minutes before, it is taken and comes to nothing."""
    early, late = _hold(account, "ana"), _hold(account, "ben")
    assert _stop(account, early) == 201
    account.offset += HOUR - 540
    assert _stop(account, late) == 201
    assert set(account.received()) == {"ben@example.org"}
    assert _stop(account, early) == 400
    assert _ask(account, "get", "user", "scheduled_sends", early) == (200, [{"batch_id": early, "status": "cancel"}])


def test_few_may_be_cancelled_at_a_time(account: FakeSendGrid) -> None:
    """Beyond the limit a cancelling is refused, until older ones have run out."""
    account.cancel_limit = 2
    batches = [_hold(account, f"reader{number}") for number in range(3)]
    assert [_stop(account, batch) for batch in batches] == [201, 201, 400]
    account.offset += 73 * HOUR
    assert _stop(account, _hold(account, "ana")) == 201


def test_paused_mail_waits(account: FakeSendGrid) -> None:
    """Paused mail goes out when it is let go, and can still be cancelled."""
    batch = _hold(account, "ana")
    assert _stop(account, batch, "pause") == 201
    account.offset += 2 * HOUR
    assert happen(account) == []
    assert _ask(account, "delete", "user", "scheduled_sends", batch)[0] == 204
    assert [event["event"] for event in happen(account)] == ["processed", "delivered"]


def test_lists_have_pages_and_times(account: FakeSendGrid) -> None:
    """A list is given in pages of 500 at most, from a moment to a moment."""
    account.suppressions["bounces"] = [{"email": f"r{n}@example.org", "created": n} for n in range(1, 1001)]
    bounces = ("suppression", "bounces")
    assert len(_ask(account, "get", *bounces, query={"limit": 500, "offset": 800})[1]) == 200
    assert len(_ask(account, "get", *bounces, query={"start_time": 11, "end_time": 20})[1]) == 10
    assert _ask(account, "get", *bounces, query={"limit": 501})[0] == 400


@pytest.mark.parametrize(
    ("scope", "method", "segments"),
    [
        ("mail.send", "post", ("mail", "send")),
        ("mail.batch.create", "post", ("mail", "batch")),
        ("suppression.read", "get", ("suppression", "bounces")),
        ("email_logs.read", "post", ("logs",)),
        ("stats.read", "get", ("stats",)),
    ],
)
def test_key_may_do_what_its_scopes_say(
    account: FakeSendGrid, scope: str, method: str, segments: tuple[str, ...]
) -> None:
    """Without the permission there is a 403; another key is a 401."""
    account.scopes.remove(scope)
    assert _ask(account, method, *segments)[0] == 403
    assert Client("SG.other", account.url).call(method, *segments).status == 401


def test_events_reach_everybody_in_the_end(account: FakeSendGrid) -> None:
    """A post that fails comes again; each event is told at least once, late and in any order."""
    account.fates = {"ben@example.org": "bounce", "cleo@example.org": "lost"}
    _ask(account, "post", "mail", "send", body=_mail("ana", "ben", "cleo"))
    taken: list[dict[str, Any]] = []
    webhook = Webhook(account, "http://unused.example.org", longest_delay=10 * HOUR, repeats=3)
    statuses = iter([500, 503])

    class Listener(Webhook):
        def post(self, body: bytes) -> int:
            status = next(statuses, 204)
            taken.extend(json.loads(body) if status == 204 else [])
            return status

    listener = Listener(account, webhook.url, longest_delay=10 * HOUR, repeats=3)
    while listener.run():
        account.offset += HOUR
    told = Counter((event["email"][:3], event["event"]) for event in taken)
    assert set(told) == {
        *(("ana", "processed"), ("ana", "delivered")),
        *(("ben", "processed"), ("ben", "bounce")),
        ("cle", "processed"),
    }
    assert sum(told.values()) > len(told)
    assert [entry["email"] for entry in account.suppressions["bounces"]] == ["ben@example.org"]


def test_figures_follow_from_the_events(account: FakeSendGrid) -> None:
    """The statistics count what has happened, as a whole and by category."""
    account.fates = {"ben@example.org": "bounce", "cleo@example.org": "blocked"}
    _ask(account, "post", "mail", "send", body=_mail("ana", "ben", "cleo"))
    happen(account)
    query: dict[str, Any] = {"start_date": "2020-01-01"}
    day = _ask(account, "get", "stats", query=query)[1][0]["stats"][0]["metrics"]
    assert (day["processed"], day["delivered"], day["bounces"], day["blocks"]) == (3, 1, 1, 1)
    query |= {"categories": "newsletter-1"}
    assert _ask(account, "get", "categories", "stats", "sums", query=query)[1]["stats"][0]["metrics"] == day
    assert _ask(account, "get", "categories", "stats", query=query | {"categories": "other"}) == (200, [])


def test_logs_answer_the_questions_that_theirs_do(account: FakeSendGrid) -> None:
    """The logs are searched by address, category, status and time; held mail is in none, cancelled mail is dropped."""
    _ask(account, "post", "mail", "send", body=_mail("ana"))
    _stop(account, _hold(account, "ben"))

    def found(query: str) -> Any:
        status, document = _ask(account, "post", "logs", body={"query": query, "limit": 10})
        return [log["to_email"] for log in document["messages"]] if status == 200 else status

    everything = "categories IN ('newsletter-1')"
    assert found(everything) == ["ana@example.org"]
    account.offset += 2 * HOUR
    assert found(everything) == ["ana@example.org", "ben@example.org"]
    assert found("to_email = 'ben@example.org' AND status IN ('dropped')") == ["ben@example.org"]
    assert found(f'{everything} AND sg_message_id_created_at > TIMESTAMP "2999-01-01T00:00:00Z"') == []
    assert found("to_email LIKE '%'") == 400
