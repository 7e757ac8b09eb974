"""A program that answers one request of the public pages and dies when the first byte of the answer would leave.

Called with the workspace, the moment (ISO 8601), a path, and the body; headers come as JSON on standard input.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.campaigns.clock import Clock
from newsletter.storage import open_store
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.public import create_public_pages
from newsletter.workspace import open_workspace

DIED = 9


def dying(app: ASGIApp) -> ASGIApp:
    """Return the app without its answers: the process ends like one that was killed."""

    async def answer(scope: Scope, receive: Receive, _send: Send) -> None:
        async def die(_message: Message) -> None:
            os._exit(DIED)

        await app(scope, receive, die)

    return answer


def main(root: str, moment: str, path: str, body: str) -> None:
    """Ask for a page."""
    workspace = open_workspace(Path(root))
    now = datetime.fromisoformat(moment)
    key = workspace.settings.sendgrid.webhook_key
    with open_store(workspace.database_url, workspace.key_file) as store:
        app = create_public_pages(
            workspace, store, clock=Clock(now=lambda: now), verifier=Verifier(key) if key else None
        )
        client = TestClient(dying(app), base_url=workspace.settings.web.public_url)
        client.post(path, content=body, headers=json.load(sys.stdin))


if __name__ == "__main__":
    main(*sys.argv[1:])
