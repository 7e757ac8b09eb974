"""A workspace as version 0.1.0 left it opens, comes up to date, and holds the same people and sends.

The database was made by 0.1.0 itself, with made-up people: subscribers of every status, a
finished send with events, a canceled one, a paused one that has queued, rejected and
unknown deliveries, and a scheduled one.
"""

import contextlib
import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsletter.cli.main import cli
from newsletter.storage.schema import HEAD
from newsletter.workspace import Workspace

_MADE_BY_0_1_0 = Path(__file__).with_name("version_0_1_0")
_STATUSES = {"subscribed": 33, "pending": 1, "unsubscribed": 2, "bounced": 2, "complained": 1}
_SENDS = {
    "2026-08-summer": ("sent", {"accepted": 34, "skipped": 1}),
    "2026-09-autumn": ("cancelled", {"cancelled": 11}),
    "2026-10-leaves": ("paused", {"accepted": 5, "queued": 19, "refused": 4, "unknown": 5}),
    "2027-01-winter": ("scheduled", {"queued": 12}),
}


@pytest.fixture
def old(workspace: Workspace) -> Workspace:
    """A workspace with the database, key and journal of version 0.1.0."""
    for kept in _MADE_BY_0_1_0.iterdir():
        shutil.copyfile(kept, workspace.root / kept.name.replace("people", "newsletter"))
    return workspace


def _run(workspace: Workspace, *words: str) -> Any:
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), *words, "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)


def _rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_people_are_the_same(old: Workspace) -> None:
    """Everybody is there with name, tags and status."""
    before = _rows(_MADE_BY_0_1_0 / "people.db", "SELECT email, first_name, status, tags FROM subscribers ORDER BY id")
    found = _run(old, "subscribers", "list", "--limit", "100")["people"]
    listed = {(one["email"], one["first_name"], one["status"], tuple(one["tags"])) for one in found}
    assert listed == {(email, name, status, tuple(tags.strip(",").split(","))) for email, name, status, tags in before}
    assert Counter(one["status"] for one in found) == _STATUSES
    assert _rows(old.root / "newsletter.db", "SELECT version_num FROM alembic_version") == [(HEAD,)]


@pytest.mark.parametrize("email", ["never-on-the-list@example.com", "reader35@example.com", "reader29@example.com"])
def test_suppressed_addresses_stay_suppressed(old: Workspace, email: str) -> None:
    """An import brings back none of them, whether a record of the person is kept or not."""
    sheet = old.root / "list.csv"
    sheet.write_text(f"email\n{email}\nnewcomer@example.com\n", "utf-8")
    _run(old, "subscribers", "import", str(sheet), "--consent", "Yes, please.")
    subscribed = _run(old, "subscribers", "list", "--status", "subscribed", "--limit", "100")["people"]
    assert "newcomer@example.com" in {one["email"] for one in subscribed}
    assert email not in {one["email"] for one in subscribed}


@pytest.mark.parametrize("slug", _SENDS)
def test_sends_are_the_same(old: Workspace, slug: str) -> None:
    """Each send has its state, and each delivery its own."""
    found = _run(old, "status", slug)
    counts = {state: number for state, number in found["counts"].items() if number}
    assert (found["state"], counts, found["older_database"]) == (*_SENDS[slug], False)
