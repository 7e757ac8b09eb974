"""Sending the desk's forms as its pages do."""

import re

import httpx2
from starlette.testclient import TestClient

from tests.web.samples import PORT

ISSUE = "/issues/winter-light"


def post(client: TestClient, path: str, **fields: str) -> httpx2.Response:
    """Send a form with the desk's token, from the desk's own page."""
    found = re.search(r'name="desk-token" content="([^"]+)"', client.get(ISSUE).text)
    assert found
    headers = {"Origin": f"http://127.0.0.1:{PORT}"}
    return client.post(path, data={"desk_token": found[1], **fields}, headers=headers)
