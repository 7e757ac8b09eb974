"""From a batch to SendGrid's body: one person each, nothing said of anybody that need not be."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.message import Attachment, Context, InlineImage, MergeField, Recipient
from newsletter.transports import Batch, Hold
from newsletter.transports.sendgrid import Tracking, build_body
from newsletter.transports.sendgrid.body import LARGEST_SUBSTITUTIONS
from tests.campaigns.samples import MESSAGE
from tests.fakes.rules import broken_promises, official, violations

ANA = Recipient(ref="a" * 32, email="ana@example.org", first_name="Ana", last_name="Alvarez")
OWN = ANA._replace(unsubscribe_url="https://news.example.org/u/token", one_click=True)
NOW = 1_800_000_000.0


def _batch(*people: Recipient) -> Batch:
    return Batch(campaign="c0ffee", ref="b0b", slug="december", message=MESSAGE, recipients=people)


def _sound(batch: Batch) -> bool:
    body = json.loads(json.dumps(build_body(batch, Tracking())))
    return violations(body, now=NOW) == [] == broken_promises(body)


def test_body_keeps_the_rules() -> None:
    """A plain body, one with our own links and one with pictures and a hold are all taken."""
    picture = dataclasses.replace(
        MESSAGE,
        images=(InlineImage("p1", "p.png", "image/png", b"\x89PNG"),),
        attachments=(Attachment("walk.ics", "text/calendar", b"BEGIN:VCALENDAR"),),
    )
    hold = Hold("batch", datetime.fromtimestamp(NOW + 1200, tz=UTC))
    assert _sound(_batch(ANA))
    assert _sound(_batch(OWN))
    assert _sound(dataclasses.replace(_batch(ANA), message=picture, hold=hold))


@pytest.mark.skipif(official() is None, reason="the official description does not lie beside this repository")
def test_official_description_catches_mistakes() -> None:
    """The check against SendGrid's own description is a real one."""
    body = build_body(_batch(ANA), Tracking())
    body["personalizations"][0]["custom_args"]["newsletter_campaign"] = 5
    schema = official()
    assert schema is not None
    assert not schema.is_valid(body)


def test_only_what_the_issue_uses_leaves_the_machine() -> None:
    """The last name, which the message does not show, is nowhere in the body."""
    text = json.dumps(build_body(_batch(ANA), Tracking()))
    assert "Ana" in text
    assert "Alvarez" not in text


def test_own_links_replace_sendgrids() -> None:
    """With public pages each person has their own link and both headers (RFC 8058)."""
    body = build_body(_batch(OWN), Tracking())
    person = body["personalizations"][0]
    assert person["substitutions"]["-unsubscribe-url-"] == OWN.unsubscribe_url
    assert person["headers"] == {
        "List-Unsubscribe": f"<{OWN.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert body["tracking_settings"]["subscription_tracking"] == {"enable": False}


def test_tracking_is_off_unless_chosen() -> None:
    """Opens and clicks are recorded only when the clinic says so."""
    settings = build_body(_batch(ANA), Tracking())["tracking_settings"]
    assert [settings[name]["enable"] for name in ("open_tracking", "click_tracking", "ganalytics")] == [False] * 3
    chosen = build_body(_batch(ANA), Tracking(opens=True, clicks=True))["tracking_settings"]
    assert (chosen["open_tracking"]["enable"], chosen["click_tracking"]["enable"]) == (True, True)


def test_sender_name_with_a_comma() -> None:
    """SendGrid takes a comma in a name for the end of an address."""
    message = dataclasses.replace(MESSAGE, from_name='Smith, Lee; "Partners"')
    body = build_body(dataclasses.replace(_batch(ANA), message=message), Tracking())
    assert body["from"]["name"] == "Smith Lee Partners"


def test_many_long_values_share_the_limit() -> None:
    """Several fields with names of many bytes stay below what SendGrid takes, and no character is cut in two."""
    fields = tuple(MergeField(number, "full_name", "") for number in range(1, 7))
    text = " ".join(field.placeholder(Context.TEXT) for field in fields)
    html = " ".join(field.placeholder(Context.HTML) for field in fields)
    message = dataclasses.replace(MESSAGE, fields=fields, text=text, html=html)
    batch = _batch(ANA._replace(first_name="\N{SMILING FACE WITH OPEN MOUTH}" * 2_000))
    body = build_body(dataclasses.replace(batch, message=message), Tracking())
    substitutions = body["personalizations"][0]["substitutions"]
    assert len(substitutions) == 13  # the subject uses the first field as well
    assert sum(len((key + value).encode()) for key, value in substitutions.items()) < LARGEST_SUBSTITUTIONS
    assert all(set(value) == {"\N{SMILING FACE WITH OPEN MOUTH}"} for value in substitutions.values())


@given(st.text(max_size=20_000))
def test_any_name_stays_within_the_limits(name: str) -> None:
    """However long or odd a name is, the request for everybody else remains valid."""
    assert _sound(_batch(ANA._replace(first_name=name), ANA))
