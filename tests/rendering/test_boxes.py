"""Boxes between ::: lines: notes, crisis numbers, teasers and events."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from icalendar import Calendar

from newsletter.errors import IssueError
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

SPAN = re.compile(r"^DT(?:START|END):(\S+)", re.MULTILINE)
Render = Callable[..., Message]
EVENT = "::: event Walking group\nwhen: {}\nwhere: Park, north gate\n\nBring a friend.\n:::"


def test_a_crisis_box_says_whom_to_call(render: Render) -> None:
    """An empty crisis box already holds the 988 line and the clinic's own number, as links."""
    message = render("::: crisis If today is too much\n:::")
    assert 'href="tel:988"' in message.html
    assert message.html.count('href="tel:+15085550100"') == 2
    for words in ("988", "Elm Street Psychiatry: 508-555-0100", "IF TODAY IS TOO MUCH"):
        assert words in message.text


def test_a_contact_box_says_how_to_reach_the_clinic(render: Render) -> None:
    """A contact box ends with number, address and website out of the settings, as links."""
    message = render("::: contact Talk with us\nAny day.\n:::")
    without = render("Any day.").html
    for link in ("tel:+15085550100", "mailto:hello@elmstreet.example.org", "https://www.elmstreet.example.org"):
        assert message.html.count(f'href="{link}"') == without.count(f'href="{link}"') + 1
    lines = "| TALK WITH US\n| Any day.\n|\n| Call 508-555-0100\n|\n| hello@elmstreet.example.org\n| www.elmstreet"
    assert lines in message.text


def test_a_note_holds_blocks(render: Render) -> None:
    """A note may hold whatever a post may, lists included."""
    html = render("::: note **Before** you go\n- one\n- two\n:::\n\nAfter.").html
    assert '<td class="callout note"' in html
    assert "<strong><strong>Before</strong> you go</strong>" in html
    assert html.index("two</li>") < html.index("After.")


def test_a_teaser_leads_on(render: Render) -> None:
    """A teaser's title is a link, in HTML and in text."""
    message = render("::: teaser [Sleep in winter](https://example.org/sleep)\nFour words here now.\n:::")
    assert '<a href="https://example.org/sleep"' in message.html
    assert "Sleep in winter\nFour words here now.\nhttps://example.org/sleep" in message.text


@pytest.mark.parametrize(
    ("when", "hours"),
    [
        ("2026-12-12 10:00 - 11:30", 1.5),
        ("2026-12-12 9:00", 1),
        ("2026-12-12T22:00 to 2026-12-13 01:00", 3),
        ("2026-11-01 00:30 – 02:30", 3),  # the night in which clocks go back
    ],
)
def test_an_event_comes_with_a_calendar_file(render: Render, when: str, hours: float) -> None:
    """The attached file has the event's time as an instant, whatever the clock does that night."""
    message = render(EVENT.format(when))
    (file,) = message.attachments
    assert (file.filename, file.media_type) == ("walking-group.ics", "text/calendar")
    (entry,) = Calendar.from_ical(file.data).walk("VEVENT")
    assert str(entry["summary"]) == "Walking group"
    assert str(entry["location"]) == "Park, north gate"
    starts, ends = (datetime.strptime(found, "%Y%m%dT%H%M%S%z") for found in SPAN.findall(file.data.decode()))
    assert (ends - starts).total_seconds() == hours * 3600
    assert file.filename in message.html


def test_an_event_is_told_in_words(render: Render, workspace: Workspace) -> None:
    """Date and time are written out, in the clinic's zone and the reader's language."""
    message = render(EVENT.format("2026-12-12 10:00 - 11:30"))
    assert "Saturday, December 12, 2026, 10:00\N{NO-BREAK SPACE}AM – 11:30\N{NO-BREAK SPACE}AM EST" in message.text
    assert "https://calendar.google.com/calendar/render?action=TEMPLATE" in message.text
    spanish = render(EVENT.format("2026-12-12 10:00 - 11:30"), language="es")
    assert "sábado, 12 de diciembre de 2026" in spanish.text
    assert workspace.settings.clinic.timezone.key == "America/New_York"


def test_two_events_have_two_files(render: Render) -> None:
    """Events of the same name do not overwrite each other's file."""
    box = EVENT.format("2026-12-12 10:00")
    names = [file.filename for file in render(f"{box}\n\n{box}").attachments]
    assert names == ["walking-group.ics", "walking-group-2.ics"]


@pytest.mark.parametrize(
    "when", ["", "when:", "when: YYYY-MM-DD 10:00 - 11:30", "when: 2026-12-12", "when: 10:00 - 11:30"]
)
def test_an_event_without_a_time_can_be_looked_at(render: Render, when: str) -> None:
    """While somebody fills it in, the rest of the mail is there; no calendar entry is, and no empty link."""
    lines = ("::: event Walking group", when, "where: Park, north gate")
    message = render("\n".join([*filter(None, lines), "", "Bring a friend.", ":::"]))
    assert "Park, north gate" in message.text
    assert "Bring a friend." in message.html
    assert not message.attachments
    assert "calendar.google" not in message.html + message.text
    assert 'href=""' not in message.html


def test_what_leads_nowhere_yet_is_no_link(render: Render) -> None:
    """A button and a teaser without their address are shown as words: the checks tell, and the rest can be seen."""
    message = render(
        "[Book a visit](){.button}\n\n::: teaser [Sleep]()\nFour words.\n:::\n\n::: teaser\n\n:::\n\nAfter."
    )
    for words in ("Book a visit", "Sleep", "Four words.", "After."):
        assert words in message.html
        assert words in message.text
    assert 'href=""' not in message.html


@pytest.mark.parametrize(
    ("box", "line", "words"),
    [
        ("::: nte\nx\n:::", 5, "Did you mean ::: note?"),
        ("::: banner\nx\n:::", 5, "There are: ::: note"),
        ("Text\n\n:::\nx\n:::", 7, "There are"),
        ("Text\n\n::: note\nThis goes on\n\nand on", 7, "End it with a line of its own"),
        ("::: teaser Sleep\nx\n:::", 5, "Write its title as a link"),
        ("::: event Walk\nTomorrow at ten\n:::", 6, "Begin with the lines when: and where:"),
        ("::: event Walk\nwhere: Park\nwhen: soon\n:::", 7, "when: 2026-12-12"),
        (EVENT.format("2026-02-30 10:00"), 6, "when: 2026-12-12"),
        (EVENT.format("2026-12-12 11:00 - 10:00"), 6, "when: 2026-12-12"),
        (EVENT.format("2026-12-12 25:00"), 6, "when: 2026-12-12"),
    ],
)
def test_a_wrong_box_is_explained(
    workspace: Workspace, make_issue: Callable[..., Issue], box: str, line: int, words: str
) -> None:
    """A misspelt or unfinished box is an error that names its line and shows the right shape."""
    with pytest.raises(IssueError) as caught:
        render_issue(workspace, make_issue(box))
    assert words in caught.value.hint
    assert caught.value.where.endswith(f"1.md:{line}")
