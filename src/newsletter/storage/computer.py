"""Where a workspace was last sent from, so that two copies of one workspace do not both send.

A folder that was copied, or is kept in step by a cloud service, holds the same people and
the same ledger on two computers, and neither copy hears of what the other one sends. So the
database remembers the computer by a random name, which lies outside of every workspace:
copying a folder does not copy it. Two folders on one computer are told apart by where the
last one is, as long as it is there. A database on a server is one for all computers, and
none of this concerns it.
"""

import json
import platform
import secrets
from dataclasses import dataclass
from pathlib import Path

import click
from filelock import FileLock, Timeout
from sqlalchemy import Connection, select

from newsletter.errors import ElsewhereError, StoreError, WorkspaceError
from newsletter.files import PRIVATE, write_whole
from newsletter.formatting import say_day
from newsletter.storage.copies import database_file
from newsletter.storage.moment import now, read_moment
from newsletter.storage.people import facts, set_fact

_FACT = "computer"
_PATIENCE = 5.0  # seconds, for another command that makes the name at this moment


@dataclass(frozen=True, slots=True)
class Computer:
    """A computer (or one account on it): its random name, and what people call it."""

    id: str
    name: str


def this_computer() -> Computer:
    """Return this one; it gets its random name when it is first asked for."""
    name = platform.node() or "a computer without a name"
    path = Path(click.get_app_dir("newsletter", roaming=False)) / "computer"
    try:
        if not path.is_absolute():  # nobody's home, as for some services
            return Computer(f"named {name}", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name("computer.lock"), timeout=_PATIENCE):
            if not path.is_file():
                write_whole(path, secrets.token_hex(16) + "\n", mode=PRIVATE)
            return Computer(path.read_text("utf-8").strip(), name)
    except (OSError, ValueError, Timeout, WorkspaceError):  # nothing can be kept there: people's word must do
        return Computer(f"named {name}", name)


def record_computer(connection: Connection) -> None:
    """Remember that this computer is the one that sends, and from which folder."""
    database = database_file(connection.engine.url)
    if database is None:
        return
    here = this_computer()
    value = json.dumps({"id": here.id, "name": here.name, "database": str(database.resolve()), "at": now()})
    set_fact(connection, _FACT, value)


def refuse_elsewhere(connection: Connection) -> None:
    """Let a workspace pass of which no copy elsewhere was the last to send, as far as the database knows.

    Raises:
        ElsewhereError: it was last used on another computer, or in another folder that still holds a copy.
    """
    known = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    database = database_file(connection.engine.url)
    if known is None or database is None:
        return
    try:
        found = json.loads(known)
        there = _elsewhere(found["id"], found["name"], Path(found["database"]), database)
        day = read_moment(found["at"])
        when = f" ({say_day(day)})"
    except (OSError, ValueError, KeyError, TypeError, StoreError):
        there, when = "elsewhere, but the record of where is damaged", ""
    if there:
        raise ElsewhereError(
            f"this workspace was last used {there}{when}",
            hint="If a copy is still in use there, an issue could go out twice. Check there what was sent. "
            "If this is the newest copy, send only from here from now on.",
            command="newsletter send, resume, cancel or run-due with --from-here",
        )


def _elsewhere(computer: str, name: str, other: Path, database: Path) -> str:
    """Return where the last copy in use is; nothing if it is this one, or was moved here on the same computer."""
    if computer != this_computer().id:
        return f"on another computer, {name}"
    if other.is_file() and not other.samefile(database):
        return f"in another folder, {other.parent}"
    return ""
