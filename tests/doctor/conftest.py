"""What the doctor looks at: a SendGrid of our own, and public pages that run."""

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette

from tests.fakes.sendgrid import FakeSendGrid, fake_sendgrid


@pytest.fixture
def account() -> Iterator[FakeSendGrid]:
    """An account in which everything is as it should be for newsletter@elmstreet.example.org."""
    with fake_sendgrid(domains={"elmstreet.example.org": True}) as found:
        yield found


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Run an app on a free port of this machine; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
