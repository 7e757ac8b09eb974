"""The report's figures agree with the ledger, with what was told, and with each other."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from newsletter.campaigns import known_campaign
from newsletter.campaigns.events import apply_events
from newsletter.campaigns.report import Report, report, rows
from newsletter.campaigns.report_page import OPENS, bars, draw, figures, report_page, timeline
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.transports.events import Event, Kind
from newsletter.transports.sendgrid import SendGridTransport
from tests.campaigns.conftest import Sending
from tests.campaigns.samples import add_people
from tests.fakes.sendgrid import FakeSendGrid, Fault

NOW = datetime.now(tz=UTC)


def _report(store: Store, *, later: timedelta = timedelta(0), opens: bool = False) -> Report:
    campaign = known_campaign(store, "december")
    with store.read() as connection:
        return report(connection, campaign, NOW + later, opens=opens, clicks=False)


def _tell(store: Store, sendgrid: FakeSendGrid, story: list[tuple[int, Kind, str]]) -> None:
    told, moment = [], NOW + timedelta(seconds=1)
    for number, kind, detail in story:
        mail = sendgrid.mails[number]
        names = mail.custom_args
        told.append(
            Event(kind, names["newsletter_delivery"], mail.address, moment, detail, batch=names["newsletter_batch"])
        )
    apply_events(store, told)


def test_figures(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> None:
    """Each person is counted once for each thing that was heard of them."""
    add_people(store, 8)
    send(carrier)
    story = [(number, Kind.DELIVERED, "") for number in range(4)]
    story += [(0, Kind.OPENED, ""), (1, Kind.COMPLAINED, ""), (2, Kind.UNSUBSCRIBED, "")]
    story += [(4, Kind.BOUNCED, "Invalid Address"), (5, Kind.DEFERRED, ""), (6, Kind.BLOCKED, "Reputation")]
    _tell(store, sendgrid, story)
    found = _report(store)
    assert (found.delivered, found.complained, found.left, found.deferred, found.blocked) == (4, 1, 1, 1, 1)
    assert found.bounced == {"Invalid Address": 1}
    assert sum(found.states.values()) == 8
    assert sum(sum(parts.values()) for _, parts in found.hours) == 7  # and the one who left
    with store.read() as connection:
        listed = list(rows(connection, known_campaign(store, "december")))
    assert [row[2] for row in listed].count("delivered") == 1


def test_opens_only_if_recorded(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Opens are in the report if the clinic records them, with what they cannot tell."""
    add_people(store, 1)
    send(carrier)
    _tell(store, sendgrid, [(0, Kind.OPENED, "")])
    assert _report(store).opened is None
    assert "trusted" not in report_page(_report(store), "Clinic")
    assert _report(store, opens=True).opened == 1
    assert OPENS.partition(":")[0] in report_page(_report(store, opens=True), "Clinic")


def test_silence_is_no_delivery(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """What SendGrid accepted and never spoke of again is a warning after a day, not a success."""
    add_people(store, 3)
    send(carrier)
    _tell(store, sendgrid, [(0, Kind.DELIVERED, ""), (1, Kind.PROCESSED, "")])
    assert _report(store).silent == 0
    late = _report(store, later=timedelta(hours=25))
    assert late.silent == 2
    assert any("No report for" in warning for warning in late.warnings())


def test_doubts_are_named(store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> None:
    """Messages in doubt are in the figures and in a warning."""
    add_people(store, 2)
    sendgrid.faults.append(Fault("drop-reply", accept=True))
    send(carrier)
    found = _report(store)
    assert found.states["unknown"] == 2
    assert "may or may not have been sent" in next(found.warnings())


def test_page_is_whole_and_names_nobody(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """The page has its charts, loads nothing from elsewhere, escapes what it shows, and holds no address."""
    add_people(store, 5)
    send(carrier)
    _tell(store, sendgrid, [(0, Kind.DELIVERED, ""), (1, Kind.BOUNCED, "Invalid Address")])
    page = report_page(_report(store), "Elm & <Street>")
    assert page.count("<svg") == 3
    assert "Elm &amp; &lt;Street&gt;" in page
    assert "example.org" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_charts_are_xml() -> None:
    """Whatever is drawn is well-formed, and says in words what it shows."""
    drawn = [
        bars([("a <b> & c", 3), ("d", 0)]),
        timeline((("2026-12-01T09", {"delivered": 5}), ("2026-12-03T10", {"bounced": 1}))),
    ]
    for chart in drawn:
        assert ET.fromstring(chart).get("aria-label")  # noqa: S314 - our own
    assert timeline(()) == bars([]) == ""


def test_timeline_is_in_the_clinics_time() -> None:
    """The first hour is shown as it was in the clinic, and what came days later is at least counted."""
    hours = (("2026-12-01T03", {"delivered": 1_200}), ("2026-12-09T10", {"complained": 2}))
    drawn = timeline(hours, ZoneInfo("America/New_York"))
    assert "Mon, Nov 30, 2026, 10:00 PM ET" in drawn
    assert "at most 1,200 in one hour; 2 later" in drawn


def test_who_left_stands_in_the_timeline(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """Whoever leaves after an issue is counted in the hour in which they left, by whichever way they did."""
    add_people(store, 3)
    send(carrier)
    assert sendgrid.mails
    with store.write() as connection:
        suppress(connection, store.key, "reader2@example.org", Reason.UNSUBSCRIBED, how=How.TOKEN)
    found = _report(store)
    assert (found.left, [dict(parts) for _, parts in found.hours]) == (1, [{"left": 1}])
    assert draw(found).key == (("left", "unsubscribed"),)


def test_rare_figures_are_shown_when_there_are_some(
    store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending
) -> None:
    """A waiting, a blocked, a dropped and a refused message are in the page; noughts of them are not."""
    add_people(store, 4)
    with store.write() as connection:
        connection.execute(subscribers.update().where(subscribers.c.id == 4).values(email="invalid4@example.org"))
    send(carrier)
    assert "blocked for now" not in dict(figures(_report(store)))
    _tell(store, sendgrid, [(0, Kind.DEFERRED, ""), (1, Kind.BLOCKED, "Reputation"), (2, Kind.DROPPED, "spam content")])
    found = dict(figures(_report(store)))
    shown = [found[name] for name in ("deferred", "blocked for now", "dropped by SendGrid")]
    assert (shown, found["rejected"]) == ([1, 1, 1], 1)
    assert "spam content" in report_page(_report(store), "Clinic")


@pytest.fixture
def page(tmp_path: Path, store: Store, sendgrid: FakeSendGrid, carrier: SendGridTransport, send: Sending) -> str:
    """A page with all that can be in it; its address."""
    add_people(store, 8)
    send(carrier)
    story = [(number, Kind.DELIVERED, "") for number in range(4)] + [(0, Kind.OPENED, ""), (1, Kind.COMPLAINED, "")]
    _tell(store, sendgrid, [*story, (4, Kind.BOUNCED, "Invalid Address"), (5, Kind.DROPPED, "unsubscribed")])
    file = tmp_path / "report.html"
    file.write_text(report_page(_report(store, opens=True), "Elm Street Psychiatry"), "utf-8")
    return file.as_uri()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_no_barrier(page: str, browser: Browser, axe: str, scheme: Literal["light", "dark"]) -> None:
    """axe-core finds no violation in the page, light or dark."""
    opened = browser.new_context(color_scheme=scheme).new_page()
    opened.goto(page)
    opened.evaluate(axe)
    assert [each["id"] for each in opened.evaluate("axe.run(document)")["violations"]] == []
    assert opened.locator("svg").count() == 3
