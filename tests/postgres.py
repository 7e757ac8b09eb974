"""A PostgreSQL server of the tests' own: a temporary folder, a socket in it, nothing else."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

_NEVER_MIND_A_CRASH = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def server_programs() -> Path | None:
    """Return the folder with `initdb` and `pg_ctl`, the newest there is; Debian keeps it off the PATH."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextlib.contextmanager
def running_server(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a server, `durable` as one of a clinic or as fast as it can; give its address without a database's name."""
    with tempfile.TemporaryDirectory(prefix="newsletter-pg-") as name:
        folder = Path(name)
        owner = _hand_over(folder)
        data = folder / "data"
        _run(owner, programs / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"{'' if durable else _NEVER_MIND_A_CRASH} -c listen_addresses= -k {folder}"
        _run(owner, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://tests@/{{}}?host={folder}"
        finally:
            _run(owner, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def new_database(server: str) -> str:
    """Make an empty database on a running server; return its address."""
    name = f"tests_{uuid.uuid4().hex}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.format(name)


def empty_database(url: str) -> None:
    """Make a database as good as new."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def database_name(url: str) -> str:
    """Return the name of the database at an address."""
    return urlsplit(url).path.removeprefix("/")


def copy_database(url: str, target: str, source: str) -> None:
    """Make `target` a copy of `source`, on the server at `url`; nobody may be connected to either."""
    server = url.replace(f"/{database_name(url)}?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(target)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(target), sql.Identifier(source)))


def _hand_over(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; then its own user, which Debian makes, owns the folder."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    shutil.chown(folder, "postgres")
    return "postgres"


def _run(owner: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in command], user=owner, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
