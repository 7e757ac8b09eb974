"""A desk with some people on the list, and somebody at it who posts forms as its pages do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from newsletter.storage import Store, open_store
from newsletter.subscribers.people import Person, Profile, add_person, known_person
from newsletter.workspace import Workspace
from tests.web.samples import PORT

ORIGIN = f"http://127.0.0.1:{PORT}"
WORDS = "Yes, send me the newsletter."


@dataclass(frozen=True)
class Sitting:
    """Somebody who sits at the desk."""

    client: TestClient

    def see(self, address: str, status: int = 200) -> str:
        """Return the page at `address`, wherever it leads."""
        answer = self.client.get(address, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, address: str, /, **fields: str) -> Response:
        """Post a form of the desk, and follow where it leads."""
        return self._post(address, fields, {})

    def upload(self, name: str, data: bytes) -> Response:
        """Choose a file for an import, and follow where it leads."""
        return self._post("/people/import", {}, {"file": (name, data)})

    def _post(self, address: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> Response:
        data = {"desk_token": self.token(), **fields}
        return self.client.post(address, data=data, files=files, headers={"Origin": ORIGIN}, follow_redirects=True)

    def undo(self, page: str) -> Response:
        """Press the Undo button of the notice on `page`."""
        form = page.split('<div class="notice" ')[1].split("</form>", maxsplit=1)[0]
        action = re.findall(r'action="([^"]*)"', form)[0]
        fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form))
        headers = {"Origin": ORIGIN}
        return self.client.post(action, data=fields, headers=headers, follow_redirects=True)

    def token(self) -> str:
        """Return what the desk's pages send along."""
        found: list[str] = re.findall(r'name="desk-token" content="([^"]+)"', self.see("/people/import"))
        return found[0]


@pytest.fixture
def sitting(client: TestClient) -> Sitting:
    """Somebody at a desk without any people."""
    return Sitting(client)


@pytest.fixture
def people_store(desk_workspace: Workspace) -> Iterator[Store]:
    """The desk's database, to look into."""
    with open_store(desk_workspace.database_url, desk_workspace.key_file) as store:
        yield store


def add(store: Store, email: str, first: str = "", last: str = "", *, pending: bool = False, tags: str = "") -> Person:
    """Put somebody on the list."""
    profile = Profile(first_name=first, last_name=last, tags=tags.split())
    with store.write() as connection:
        return add_person(connection, store.key, email, profile, wording=WORDS, pending=pending)


def known(store: Store, email: str) -> Person:
    """Return somebody as they are now."""
    with store.read() as connection:
        return known_person(connection, email)
