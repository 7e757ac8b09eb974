"""`newsletter database copy`: all of it moves to another database, or nothing."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from newsletter.campaigns import CampaignState, Plan
from newsletter.campaigns.freezing import start
from newsletter.campaigns.lock import sole_sender
from newsletter.campaigns.records import known_campaign
from newsletter.storage import Store, open_store, transfer
from newsletter.storage.ledger import campaigns, deliveries
from newsletter.storage.people import facts, subscribers
from newsletter.storage.secret import fingerprint
from newsletter.storage.tables import metadata
from newsletter.subscribers.records import Profile, add_subscriber
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.tokens import read_token, unsubscribe_token
from newsletter.subscribers.vocabulary import Reason
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, MESSAGE, add_people
from tests.cli.typed import Ended, process_environment, typed

WORDS = "Yes, send me the newsletter."


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in use: people of all kinds, the newest of them erased; one issue sent, one paused."""
    monkeypatch.setattr(transfer, "_BATCH", 7)
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 20)  # more than are copied at a time
        with store.write() as connection:
            profile = Profile(first_name="Zoë", last_name="O’Neil", tags=["evening group"], language="pt-BR")
            add_subscriber(connection, store.key, "zoe@example.org", profile, wording=WORDS)
            add_subscriber(connection, store.key, "last@example.org", wording=WORDS)
            suppress(connection, store.key, "reader7@example.org", Reason.UNSUBSCRIBED, note="by phone")
    _run(workspace, "subscribers", "forget", "last@example.org", "--yes")
    _run(workspace, "send", SAMPLE_ISSUE, "--yes")
    with open_store(workspace.database_url, workspace.key_file) as store:
        campaign = start(store, MESSAGE, slug="2027-01-paused", plan=Plan(transport="outbox"))
        with store.write() as connection:
            paused = update(campaigns).where(campaigns.c.id == campaign.id)
            connection.execute(paused.values(state=CampaignState.PAUSED, reason="the address was rejected"))
    return workspace


def _run(workspace: Workspace, *words: str, code: int = 0) -> Ended:
    done = typed("-C", str(workspace.root), *words)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def _rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database holds, but for which computer used it last."""
    with store.read() as connection:
        found = {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in metadata.sorted_tables}
    return found | {"facts": [row for row in found["facts"] if row[0] != "computer"]}


def _content(workspace: Workspace, url: str = "") -> dict[str, list[tuple[Any, ...]]]:
    with open_store(url or workspace.database_url, workspace.key_file) as store:
        return _rows(store)


def _switch(workspace: Workspace, url: str) -> Workspace:
    """Change the setting as the command says."""
    file = workspace.root / "newsletter.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("url = ")]
    kept = "\n".join(line for line in lines if line != "[database]")
    file.write_text(f'{kept}\n\n[database]\nurl = "{url}"\n', "utf-8")
    return open_workspace(workspace.root)


@dataclass(frozen=True)
class Target:
    """Where a copy goes."""

    url: str


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest) -> Target:
    """A new database of either kind."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else "sqlite:///second.db"
    return Target(url)


def test_everything_is_copied(clinic: Workspace, target: Target) -> None:
    """Row for row; the old database keeps its very bytes; the new one works on with the same key and new ids."""
    old = clinic.root / "newsletter.db"
    before, content = old.read_bytes(), _content(clinic)
    token_of = {row[1]: row[0] for row in content["subscribers"]}
    done = _run(clinic, "database", "copy", "--to", target.url)
    assert "21 subscribers, 2 suppressed addresses, 2 sends" in done.stdout
    assert f'url = "{target.url}"' in done.stderr
    assert old.read_bytes() == before
    moved = _switch(clinic, target.url)
    assert _content(moved) == content

    _run(moved, "subscribers", "add", "next@example.org", "--consent", WORDS)
    with open_store(moved.database_url, moved.key_file) as store, store.read() as connection:
        newest = connection.scalar(select(subscribers.c.id).where(subscribers.c.email == "next@example.org"))
        assert newest == 23, "the id of somebody who was erased must name nobody else"
        assert connection.scalar(select(facts.c.value).where(facts.c.name == "key")) == fingerprint(store.key)
        assert read_token(store.key, unsubscribe_token(store.key, token_of["zoe@example.org"])) == 21
    refused = _run(moved, "subscribers", "add", "last@example.org", "--consent", WORDS, code=1)
    assert "suppressed" in refused.stderr
    doctor = json.loads(typed("-C", str(moved.root), "doctor", "--json").stdout)
    known = [one for one in doctor["verdicts"] if one["about"] in {"database", "key"}]
    about = [one for one in known if "synchronous" not in one["remedy"]]
    assert {one["level"] for one in about} == {"ok"}, about


def test_sending_continues_in_the_copy(clinic: Workspace, target: Target) -> None:
    """An issue that was sent is not sent again; one that was paused is resumed; a new one can be sent."""
    _run(clinic, "database", "copy", "--to", target.url)
    moved = _switch(clinic, target.url)
    assert "already sent" in _run(moved, "send", SAMPLE_ISSUE, "--yes", code=1).stderr
    _run(moved, "resume", "2027-01-paused")
    shutil.copytree(moved.issues_dir / SAMPLE_ISSUE, moved.issues_dir / "2027-02-next")
    _run(moved, "send", "2027-02-next", "--yes")
    with open_store(moved.database_url, moved.key_file) as store, store.read() as connection:
        states = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        assert dict(map(tuple, connection.execute(states))) == {"accepted": 3 * 20}


def test_and_back(clinic: Workspace, postgres_url: str) -> None:
    """From PostgreSQL to SQLite nothing is lost either, ids of erased people included."""
    content = _content(clinic)
    _run(clinic, "database", "copy", "--to", postgres_url)
    moved = _switch(clinic, postgres_url)
    _run(moved, "database", "copy", "--to", "sqlite:///home.db")
    back = _switch(moved, "sqlite:///home.db")
    assert _content(back) == content
    _run(back, "subscribers", "add", "next@example.org", "--consent", WORDS)
    with open_store(back.database_url, back.key_file) as store, store.read() as connection:
        assert connection.scalar(select(func.max(subscribers.c.id))) == 23
    _run(back, "resume", "2027-01-paused")


@pytest.mark.parametrize("what", ["a new issue", "the rest of a paused one"])
def test_sends_by_the_old_database_after_the_copy(clinic: Workspace, target: Target, what: str) -> None:
    """What the old database sent after it was copied is not sent again by the copy."""
    _run(clinic, "database", "copy", "--to", target.url)
    if what == "a new issue":
        slug = "2027-02-next"
        shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / slug)
        _run(clinic, "send", slug, "--yes")
        moved = _switch(clinic, target.url)
        refused = _run(moved, "send", slug, "--yes", code=1)
        assert "20 subscribers have it" in refused.stderr
    else:
        slug = "2027-01-paused"
        _run(clinic, "resume", slug)
        moved = _switch(clinic, target.url)
        assert "unknown now" in _run(moved, "resume", slug, code=1).stderr
        resolved = _run(moved, "resolve", slug, "--sent", "--yes")
        assert "20" in resolved.stdout
        assert "unknown now" not in typed("-C", str(moved.root), "resume", slug).stderr
    assert len(list(moved.outbox_dir.rglob("*.eml"))) == 2 * 20


def test_back_to_the_old_database_after_a_send(clinic: Workspace, target: Target) -> None:
    """Whoever goes back does not send what the copy has sent, either."""
    _run(clinic, "database", "copy", "--to", target.url)
    moved = _switch(clinic, target.url)
    _run(moved, "resume", "2027-01-paused")
    back = _switch(moved, "sqlite:///newsletter.db")
    assert "unknown now" in _run(back, "resume", "2027-01-paused", code=1).stderr
    assert len(list(back.outbox_dir.rglob("*.eml"))) == 2 * 20


def test_copy_goes_into_an_empty_database_only(clinic: Workspace, target: Target) -> None:
    """Neither a copy, nor another list, nor another program's database is written over."""
    _run(clinic, "database", "copy", "--to", target.url)
    moved = _content(clinic, _address(clinic, target))
    again = _run(clinic, "database", "copy", "--to", target.url, code=1)
    assert "not empty" in again.stderr
    assert _content(clinic, _address(clinic, target)) == moved
    onto_itself = _run(clinic, "database", "copy", "--to", "sqlite:///newsletter.db", code=1)
    assert "not empty" in onto_itself.stderr


def _address(workspace: Workspace, target: Target) -> str:
    return target.url.replace("sqlite:///", f"sqlite:///{workspace.root.as_posix()}/")


def test_whole_or_not_at_all(clinic: Workspace, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that ends half-way, or that differs, leaves nothing, and can be made again."""
    with monkeypatch.context() as patch:
        sound = transfer._content

        def damaged(connection: Any, table: Any) -> transfer.Content:
            if table is deliveries:
                connection.execute(update(deliveries).where(deliveries.c.id == 9).values(state="rejected"))
            return sound(connection, table)

        patch.setattr(transfer, "_content", damaged)
        assert "differs" in _run(clinic, "database", "copy", "--to", target.url, code=1).stderr
    assert not (clinic.root / "second.db").exists()
    _run(clinic, "database", "copy", "--to", target.url)


def test_killed_half_way(clinic: Workspace, target: Target) -> None:
    """After a kill in the middle of the copy, the new database holds nothing of it."""
    program = (
        "import os, sys\n"
        "from newsletter.storage import transfer\n"
        "transfer._continue_ids = lambda *_: os._exit(9)\n"
        "from newsletter.cli.main import cli\n"
        "cli(sys.argv[1:])\n"
    )
    words = ["-C", str(clinic.root), "database", "copy", "--to", target.url]
    done = subprocess.run([sys.executable, "-c", program, *words], env=process_environment({}), check=False)
    assert done.returncode == 9
    _run(clinic, "database", "copy", "--to", target.url)
    assert _content(_switch(clinic, target.url))["subscribers"]


def test_not_while_sending(clinic: Workspace) -> None:
    """While a campaign is being sent, nothing is copied: the copy would not know what went out."""
    with (
        open_store(clinic.database_url, clinic.key_file) as store,
        sole_sender(store, known_campaign(store, "2027-01-paused")),
    ):
        refused = _run(clinic, "database", "copy", "--to", "sqlite:///second.db", code=1)
    assert "2027-01-paused" in refused.stderr
    assert not (clinic.root / "second.db").exists()


def test_not_on_another_computer(clinic: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A copy of the workspace on another computer may lack sends: it is not made the database for all."""
    monkeypatch.setattr("click.get_app_dir", lambda *_, **__: str(tmp_path / "other"))
    refused = _run(clinic, "database", "copy", "--to", "sqlite:///second.db", code=1)
    assert "another computer" in refused.stderr


@pytest.mark.parametrize("url", ["mysql://ana@localhost/x", "second.db", "postgres//x"])
def test_address_that_is_none(clinic: Workspace, url: str) -> None:
    """It is said what an address looks like."""
    assert "postgresql://" in _run(clinic, "database", "copy", "--to", url, code=1).stderr


def test_without_the_driver(clinic: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where psycopg is not installed, the extra that brings it is named: by the copy, by doctor and by the rest."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = "postgresql://newsletter:secret@db.example.org/newsletter"
    refused = _run(clinic, "database", "copy", "--to", url, code=1)
    assert "newsletter[postgres]" in refused.stderr
    assert "secret" not in refused.stderr
    moved = _switch(clinic, url)
    assert "newsletter[postgres]" in _run(moved, "subscribers", "list", code=1).stderr
    assert "newsletter[postgres]" in typed("-C", str(moved.root), "doctor").stdout


def test_password_is_not_printed(clinic: Workspace, postgres_url: str) -> None:
    """A password in the address is not repeated; it is said where it goes instead."""
    url = postgres_url.replace("tests@", "tests:hush@")
    done = _run(clinic, "database", "copy", "--to", url)
    assert "hush" not in done.stdout + done.stderr
    assert "PGPASSWORD" in done.stderr


def test_nothing_to_copy(workspace: Workspace) -> None:
    """Looking for a database does not make one."""
    assert "no database" in _run(workspace, "database", "copy", "--to", "sqlite:///second.db", code=1).stderr
    assert not list(workspace.root.glob("*.db"))
