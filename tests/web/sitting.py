"""Somebody at the desk who posts forms as its pages do."""

import re
from dataclasses import dataclass
from html import unescape

from httpx2 import Response
from starlette.testclient import TestClient

from tests.web.samples import PORT

ORIGIN = f"http://127.0.0.1:{PORT}"


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
        return self.post_files("/people/import", {"file": (name, data)})

    def post_files(self, address: str, files: dict[str, tuple[str, bytes]], /, **fields: str) -> Response:
        """Post a form of the desk with files in it, and follow where it leads."""
        return self._post(address, fields, files)

    def _post(self, address: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> Response:
        data = {"desk_token": self.token(), **fields}
        return self.client.post(address, data=data, files=files, headers={"Origin": ORIGIN}, follow_redirects=True)

    def undo(self, page: str) -> Response:
        """Press the Undo button of the notice on `page`."""
        form = page.split('<div class="notice" ')[1].split("</form>", maxsplit=1)[0]
        action = re.findall(r'action="([^"]*)"', form)[0]
        fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form)}
        headers = {"Origin": ORIGIN}
        return self.client.post(action, data=fields, headers=headers, follow_redirects=True)

    def token(self) -> str:
        """Return what the desk's pages send along."""
        found: list[str] = re.findall(r'name="desk-token" content="([^"]+)"', self.see("/people/import"))
        return found[0]
