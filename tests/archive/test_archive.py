"""What the archive shows: issues that were really sent, the newest first, their corrections, and feeds of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from babel.dates import format_date

from newsletter.archive import Archive, add_correction, undo_correction
from newsletter.campaigns import Plan, known_campaign
from newsletter.campaigns.cancellation import cancel_issue
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.errors import CampaignError, IssueError, WorkspaceError
from newsletter.languages import translations
from newsletter.storage import Store
from newsletter.subscribers.audience import Audience
from newsletter.subscribers.records import change_tags, get_subscriber
from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking
from newsletter.workspace import Workspace, open_workspace
from tests.archive.conftest import Send, Turn, text, with_subject
from tests.campaigns.samples import MESSAGE, add_people
from tests.fakes.sendgrid import KEY, FakeSendGrid

HELD = 1200


def slugs(archive: Archive) -> list[str]:
    return [entry.slug for entry in archive.entries()]


def later(hours: float) -> Clock:
    return Clock(now=lambda: datetime.now(tz=UTC) + timedelta(hours=hours))


def test_it_is_off_by_default(workspace: Workspace, store: Store) -> None:
    """Nothing is public that the clinic has not made so; the error says how."""
    with pytest.raises(WorkspaceError, match="turned off") as told:
        Archive(workspace, store)
    assert "public = true" in told.value.hint


def test_what_was_sent_is_there(archive: Archive, send: Send) -> None:
    """The newest issue comes first, with its subject as everybody may read it."""
    assert slugs(archive) == []
    assert "There is no issue to read yet." in text(archive, "")
    send("november", with_subject("Fog"))
    send("december")
    assert set(slugs(archive)) == {"november", "december"}
    page = text(archive, "index.html")
    assert 'href="december/index.html">Hello there</a>' in page
    assert "Dear there" in text(archive, "december/")


@pytest.mark.parametrize(
    ("language", "code"), [("en-US", "en"), ("es", "es"), ("pt-BR", "pt"), ("fr", "fr"), ("de", "en")]
)
def test_its_own_words_are_in_the_language_of_the_issue(
    turn: Turn, store: Store, send: Send, language: str, code: str
) -> None:
    """The frame of an issue is in its language, the list in that of the newest one; where there is none, in English."""
    workspace = turn()
    archive = Archive(workspace, store)
    send("november")
    html = f'<html lang="{language}"><body>{MESSAGE.html}</body></html>'
    send("december", replace(MESSAGE, html=html))
    add_correction(workspace, "december", "On Thursday.", datetime(2026, 12, 4, 18, 0, tzinfo=UTC))
    with store.write() as connection:  # sent in the same second, and the newest of a second is the last by name
        connection.exec_driver_sql("UPDATE campaigns SET created_at = '2026-01-05T12:00:00Z' WHERE slug = 'november'")
    _ = translations(code).ugettext
    day = f'<time datetime="2026-12-04">{format_date(date(2026, 12, 4), locale=code)}</time>'
    issue, index = text(archive, "december/"), text(archive, "")
    assert f'<html lang="{language}"' in issue
    assert f'<header class="archive-frame" lang="{code}"' in issue
    for words in (_("All issues"), _("Correction, %(day)s") % {"day": day}):
        assert words in issue
    assert f'<html lang="{code}">' in index
    assert _("Follow with a feed reader:") in index
    assert format_date(date(2026, 1, 5), locale=code) in index


def test_held_mail_can_be_undone(turn: Turn, store: Store, send: Send, sendgrid: FakeSendGrid) -> None:
    """While SendGrid holds all of an issue it is not shown; nor ever, if the send is canceled."""
    workspace = turn()
    send("november", hold_seconds=HELD)
    send("december", hold_seconds=HELD)
    assert slugs(Archive(workspace, store)) == []
    cancel_issue(store, "december", lambda _campaign: SendGridTransport(Client(KEY, sendgrid.url), Tracking()))
    assert slugs(Archive(workspace, store, later(hours=1))) == ["november"]


def test_scheduled_is_not_sent(archive: Archive, store: Store) -> None:
    """An issue that waits for its time is nobody's business yet."""
    add_people(store, 2)
    due = datetime.now(tz=UTC) + timedelta(days=1)
    start(store, MESSAGE, slug="january", plan=Plan(transport="sendgrid"), due_at=due)
    assert slugs(archive) == []
    assert archive.read("january/") is None


def test_practice_counts_only_in_practice(
    turn: Turn, store: Store, send: Send, practice: Callable[[str], None]
) -> None:
    """A rehearsal is not published by a clinic that sends, but may be looked at by one that still practices."""
    send("december")
    practice("rehearsal")
    real = turn()
    assert slugs(Archive(real, store)) == ["december"]
    path = real.root / "newsletter.toml"
    path.write_text(path.read_text("utf-8").replace('transport = "sendgrid"', 'transport = "outbox"'), "utf-8")
    assert set(slugs(Archive(open_workspace(real.root), store))) == {"december", "rehearsal"}


def test_what_was_for_some_is_not_for_all(archive: Archive, store: Store, send: Send) -> None:
    """An issue for people with a tag stays with them; a pilot that the rest followed is public, as the rest got it."""
    with store.write() as connection:
        person = get_subscriber(connection, "reader1@example.org")
        change_tags(connection, [person], add=["staff"])
    staff = Audience(tags=("staff",))
    send("internal", audience=staff)
    send("december", with_subject("With a mistake"), audience=staff)
    assert slugs(archive) == []
    send("december", with_subject("Without it"), rest=True)
    assert slugs(archive) == ["december"]
    assert "Without it" in text(archive, "")
    assert "With a mistake" not in text(archive, "")


def test_unknown_paths(archive: Archive, send: Send) -> None:
    """What is not in the archive is nothing, however it is asked for."""
    send("december")
    for path in (
        "x",
        "x/",
        "december/x",
        "december/x/y",
        "december//",
        "../newsletter.toml",
        "/",
        "december/../index.html",
    ):
        assert archive.read(path) is None, path
    with pytest.raises(CampaignError, match="not in the archive"):
        archive.entry("x")


# --- corrections ---------------------------------------------------------------------------


def test_corrections(turn: Turn, store: Store, send: Send) -> None:
    """Each stands at the top with its date, the latest first, and is taken back one by one."""
    workspace = turn()
    archive = Archive(workspace, store)
    send("december")
    before = archive.entry("december").updated
    add_correction(workspace, "december", "It is <Thursday>.\n\nSorry.", datetime(2026, 12, 4, 3, 0, tzinfo=UTC))
    add_correction(workspace, "december", "And at nine.", datetime.now(tz=UTC) + timedelta(days=400))
    page = text(archive, "december/")
    assert "<p>It is &lt;Thursday&gt;.</p>\n    <p>Sorry.</p>" in page
    assert 'Correction, <time datetime="2026-12-03">Dec 3, 2026' in page  # the clinic's day
    assert page.index("And at nine.") < page.index("Thursday") < page.index("Dear there")
    assert "Corrected" in text(archive, "")
    assert archive.entry("december").updated > before
    assert undo_correction(workspace, "december").text == "And at nine."
    assert "And at nine." not in text(archive, "december/")
    undo_correction(workspace, "december")
    assert text(archive, "december/") == text(Archive(workspace, store), "december/")
    assert archive.entry("december").updated == before
    with pytest.raises(IssueError, match="no correction"):
        undo_correction(workspace, "december")


@pytest.mark.parametrize("wrong", ["", "  \n", "See\n## 2026-12-01\nthere"])
def test_corrections_that_cannot_be(turn: Turn, wrong: str) -> None:
    """Nothing at all, or what would read as two corrections, is not written."""
    workspace = turn()
    with pytest.raises(IssueError):
        add_correction(workspace, "december", wrong, datetime.now(tz=UTC))
    assert not (workspace.issues_dir / "december").exists()


@pytest.mark.parametrize("written", ["no date", "## 2026-13-40\n\nx", "## 2026-12-01\n\n", "x\n## 2026-12-01\n\ny"])
def test_corrections_written_by_hand(turn: Turn, store: Store, send: Send, written: str) -> None:
    """Who edits the file and goes wrong is told where, and which line is missing; other issues can still be read."""
    workspace = turn()
    send("november")
    send("december")
    path = workspace.issues_dir / "december" / "corrections.md"
    path.parent.mkdir()
    path.write_text("## 2026-12-01\n\nBy hand, without a time.\n", "utf-8")
    assert "By hand, without a time." in text(Archive(workspace, store), "december/")
    path.write_text(written, "utf-8")
    with pytest.raises(IssueError, match="told apart") as told:
        Archive(workspace, store).read("december/")
    assert str(path) in str(told.value)
    assert "Dear there" in text(Archive(workspace, store), "november/")


# --- feeds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "https://www.example.org/newsletter"])
def test_feeds(turn: Turn, store: Store, send: Send, address: str) -> None:
    """Both feeds list the issues in order, with ids that stay when the archive moves."""
    workspace = turn(archive=f'url = "{address}"')
    send("november", with_subject("Fog & <frost>"))
    send("december", with_subject("Light"))
    archive = Archive(workspace, store)
    atom = feedparser.parse(text(archive, "feed.atom"))
    assert not atom.bozo
    assert atom.version == "atom10"
    assert {"title", "id", "updated", "author"} <= atom.feed.keys()
    told = json.loads(text(archive, "feed.json"))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in told["items"]] == [entry.title for entry in archive.entries()]
    assert [item["id"] for item in told["items"]] == [entry.id for entry in atom.entries]
    assert [entry.link for entry in atom.entries] == [
        f"{address}/{slug}/" if address else f"{slug}/index.html" for slug in slugs(archive)
    ]
    assert all(item["content_text"] for item in told["items"])
    assert [item.get("url") for item in told["items"]] == [
        f"{address}/{slug}/" if address else None for slug in slugs(archive)
    ]
    path = workspace.root / "newsletter.toml"
    path.write_text(
        path.read_text("utf-8").replace(f'url = "{address}"', 'url = "https://elsewhere.example.org"'), "utf-8"
    )
    moved = json.loads(text(Archive(open_workspace(workspace.root), store), "feed.json"))
    assert [item["id"] for item in moved["items"]] == [item["id"] for item in told["items"]]


def test_feeds_of_nothing(archive: Archive) -> None:
    """A feed can be subscribed to before the first issue."""
    assert not feedparser.parse(text(archive, "feed.atom")).bozo
    assert json.loads(text(archive, "feed.json"))["items"] == []


def test_a_correction_is_news(turn: Turn, store: Store, send: Send) -> None:
    """Feed readers see that an issue has changed."""
    workspace = turn()
    send("december")
    archive = Archive(workspace, store)
    before = json.loads(text(archive, "feed.json"))["items"][0]
    add_correction(
        workspace, "december", "On Thursday.", known_campaign(store, "december").created_at + timedelta(days=1)
    )
    after = json.loads(text(archive, "feed.json"))["items"][0]
    assert after["date_modified"] > before["date_modified"]
    assert after["date_published"] == before["date_published"]
    assert feedparser.parse(text(archive, "feed.atom")).feed.updated == after["date_modified"]


@pytest.mark.parametrize("listed", [False, True])
def test_search_engines(turn: Turn, store: Store, send: Send, *, listed: bool) -> None:
    """They are asked to stay away, unless the clinic wants them."""
    send("december")
    archive = Archive(turn(archive=f"search_engines = {str(listed).lower()}"), store)
    for path in ("", "december/"):
        assert ('name="robots" content="noindex"' in text(archive, path)) is not listed
