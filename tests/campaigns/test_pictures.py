"""Which hosted pictures everybody may see."""

import re
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.report import public_picture
from newsletter.issues import load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.storage import Store
from newsletter.storage.ledger import campaigns
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people

SLUG = "2026-12-hosted"


@pytest.fixture
def hosted(workspace: Workspace) -> Workspace:
    """A workspace whose pictures lie on its public pages, with one issue."""
    settings = workspace.settings
    web, theme = replace(settings.web, public_url="https://news.example.org"), replace(settings.theme, images="hosted")
    folder = workspace.issues_dir / SLUG
    (folder / "images").mkdir(parents=True)
    (folder / "issue.md").write_text(
        "---\nsubject: Snow\n---\n\n![Our new room](images/room.jpg)\n\n![Snow](<images/fünf (2).png>)\n", "utf-8"
    )
    for name, color in (("room.jpg", "navy"), ("fünf (2).png", "white"), ("room.jpg.png", "red")):
        Image.new("RGB", (60, 40), color).save(folder / "images" / name)
    return Workspace(workspace.root, replace(settings, web=web, theme=theme))


@pytest.fixture
def listed(store: Store) -> Store:
    """The database, with somebody to send to."""
    add_people(store, 1)
    return store


@pytest.fixture
def message(hosted: Workspace) -> Message:
    """The issue's mail."""
    return render_issue(hosted, load_issue(hosted, SLUG)).message


@pytest.fixture
def reader(hosted: Workspace, store: Store) -> TestClient:
    """Somebody whose mail program asks the public pages for pictures."""
    return TestClient(create_public_pages(hosted, store, pictures=partial(public_picture, hosted, store)))


def addresses(message: Message) -> list[str]:
    """Return where a mail says that its pictures lie."""
    return re.findall(r'src="https://news\.example\.org([^"]+)"', message.html)


GUESSES = [f"/pictures/{SLUG}/room.jpg", f"/pictures/{SLUG}/{'0' * 24}/room.jpg", f"/pictures/{SLUG}//room.jpg"]


@pytest.mark.parametrize("guess", GUESSES)
def test_a_draft_shows_nobody_its_pictures(reader: TestClient, guess: str) -> None:
    """Who knows the issue and the file does not know where the picture lies."""
    assert reader.get(guess).status_code == 404


def test_whoever_was_sent_a_test_sees_its_pictures(reader: TestClient, message: Message) -> None:
    """Each picture of a mail is where the mail says, though the issue was not sent yet."""
    assert len(addresses(message)) == 2
    for address in addresses(message):
        answer = reader.get(address)
        assert (answer.status_code, answer.headers["content-type"].partition("/")[0]) == (200, "image")
        assert reader.get(address.replace(SLUG, "2026-12-other")).status_code == 404


def test_mail_that_is_out_keeps_its_pictures(
    reader: TestClient, hosted: Workspace, message: Message, listed: Store
) -> None:
    """Also after the file was changed, and when the clinic has its pictures travel in the mail by then."""
    start(listed, message, slug=SLUG, plan=Plan(transport="outbox"))
    Image.new("RGB", (60, 40), "red").save(hosted.issues_dir / SLUG / "images" / "room.jpg")
    embedded = Workspace(hosted.root, replace(hosted.settings, theme=replace(hosted.settings.theme, images="embedded")))

    for address in addresses(message):
        assert reader.get(address).status_code == 200
        slug, mark, name = unquote(address).removeprefix("/pictures/").split("/")
        assert public_picture(embedded, listed, slug, name, mark)
    assert [reader.get(guess).status_code for guess in GUESSES] == [404, 404, 404]


@pytest.mark.parametrize("retired", [False, True])
def test_mail_of_old_keeps_its_pictures(reader: TestClient, message: Message, listed: Store, *, retired: bool) -> None:
    """Where addresses had no mark yet: only those that stand in a mail, be it one of a canceled campaign."""
    old = replace(message, html=re.sub(r"/[0-9a-f]{24}/", "/", message.html))
    started = start(listed, old, slug=SLUG, plan=Plan(transport="outbox"))
    if retired:
        with listed.write() as connection:
            connection.execute(
                update(campaigns).where(campaigns.c.id == started.id).values(slug=f"{SLUG}#{started.id}")
            )

    assert sorted(addresses(old)) == [f"/pictures/{SLUG}/f%C3%BCnf%20%282%29.png", f"/pictures/{SLUG}/room.jpg"]
    for address in addresses(old):
        assert reader.get(address).status_code == 200
    assert reader.get(f"/pictures/{SLUG}/room.jpg.png").status_code == 404  # which no mail shows
