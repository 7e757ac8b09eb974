"""How many opt-outs a second the public pages take, beside a bare page that commits one row.

    python benchmarks/public_pages.py [OPT_OUTS]

Both run in a server process of their own, over a real socket and with the same SQLite
settings; eight clients press the button at once, each time for another subscriber.
"""

import asyncio
import contextlib
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue

from newsletter.storage import Store, open_store
from newsletter.subscribers.records import add_subscriber
from newsletter.subscribers.tokens import unsubscribe_token

CLIENTS = 8
BARE = """
import sqlite3, sys, threading
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
import uvicorn

local = threading.local()

def connection():
    if not hasattr(local, "it"):
        local.it = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=15)
        local.it.execute("PRAGMA synchronous = FULL")
        local.it.execute("PRAGMA journal_mode = TRUNCATE")
    return local.it

def page(request: Request) -> PlainTextResponse:
    connection().execute("INSERT INTO left_us (token) VALUES (?)", (request.path_params["token"],))
    return PlainTextResponse("ok")

app = Starlette(routes=[Route("/u/{token}", page, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[2]), access_log=False, log_level="error")
"""


def main() -> None:
    """Print the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace, tokens = clinic(folder, number)
        bare = folder / "bare.db"
        with contextlib.closing(sqlite3.connect(bare)) as connection:
            connection.execute("CREATE TABLE left_us (token TEXT PRIMARY KEY)")
        ours = ["-m", "newsletter", "-C", str(workspace), "serve", "--port"]
        limit = rate(["-c", BARE, str(bare)], 8711, [secrets.token_hex(20) for _ in tokens])
        found = rate(ours, 8712, tokens)
    print(f"{'page':<34}{'a second':>10}{'ratio':>8}")
    print(f"{'bare: commits one row':<34}{limit:>10,.0f}{1:>8.2f}")
    print(f"{'opt-out, with consent record':<34}{found:>10,.0f}{found / limit:>8.2f}")


def clinic(folder: Path, number: int) -> tuple[Path, list[str]]:
    """Make a workspace with so many subscribers; return it, and their tokens."""
    workspace = folder / "clinic"
    command = [sys.executable, "-m", "newsletter", "init", str(workspace), "--yes"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    settings = workspace / "newsletter.toml"
    text = settings.read_text("utf-8").replace('public_url = ""', 'public_url = "https://news.example.org"')
    settings.write_text(text, "utf-8")
    with open_store(f"sqlite:///{(workspace / 'newsletter.db').as_posix()}", workspace / "newsletter.key") as store:
        return workspace, subscribe(store, number)


def subscribe(store: Store, number: int) -> list[str]:
    """Add so many subscribers; return their tokens."""
    with store.write() as connection:
        people = [add_subscriber(connection, store.key, f"p{n}@example.org", wording="yes") for n in range(number)]
    return [unsubscribe_token(store.key, person.id) for person in people]


def rate(command: Sequence[str], port: int, tokens: Sequence[str]) -> float:
    """Start a server; return how many of `tokens` it answered a second."""
    with server([sys.executable, *command, str(port)], port):
        queue: SimpleQueue[str] = SimpleQueue()
        for token in tokens:
            queue.put(token)
        begun = time.perf_counter()
        asyncio.run(press_all(queue, port))
        return len(tokens) / (time.perf_counter() - begun)


@contextlib.contextmanager
def server(command: Sequence[str], port: int) -> Iterator[None]:
    """Run a server until it is not needed."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    threading.Thread(target=process.stderr.read, daemon=True).start()
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""

    async def knock() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise TimeoutError

    asyncio.run(knock())


async def press_all(queue: "SimpleQueue[str]", port: int) -> None:
    """Press the button for every token, with a few clients at once."""
    await asyncio.gather(*(press(queue, port) for _ in range(CLIENTS)))


async def press(queue: "SimpleQueue[str]", port: int) -> None:
    """Be one client with one connection that stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not queue.empty():
        writer.write(
            f"POST /u/{queue.get()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nList-Unsubscribe=One-Click".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").lower()
        assert " 200 " in head.splitlines()[0], head
        length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        await reader.readexactly(length)
    writer.close()


if __name__ == "__main__":
    main()
