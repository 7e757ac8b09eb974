"""Fetching a page, a feed or a picture from the web: carefully, and only when asked to."""

import datetime as dt
import ipaddress
import socket
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2

from newsletter import __version__
from newsletter.errors import SourceError
from newsletter.posts.source import Source

_AGENT = f"newsletter/{__version__} (reads posts for a newsletter, at a person's request)"
_MOST_BYTES = 15_000_000
_MOST_REDIRECTS = 5
_SECONDS = 10.0
_SECONDS_IN_ALL = 40.0
_REDIRECTS = {301, 302, 303, 307, 308}
_BY_STATUS = {
    401: ("wants a password", "Open it in a browser, copy the post, and paste it."),
    403: (
        "may not be read by programs",
        "Open it in a browser, copy the post, and paste it.",
    ),
    404: ("does not exist (404)", "Check the address in a browser."),
    410: ("is gone (410)", "Check the address in a browser."),
    429: ("asks to wait a while (429)", "Try again in some minutes."),
}


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches addresses.

    Attributes:
        allow_local: whether addresses on this machine and its network may be fetched, too.
            A page on the web could otherwise make this program read what only this
            machine can reach.
    """

    allow_local: bool = False

    def fetch(self, url: str) -> Source:
        """Return what stands at `url`, with the address at which it was found in the end.

        Raises:
            SourceError: the address is none, is not public, does not answer in time, is
                refused, is redirected too often, or is too large.
        """
        with httpx2.Client(timeout=_SECONDS, headers={"User-Agent": _AGENT}, trust_env=False) as client:
            deadline = time.monotonic() + _SECONDS_IN_ALL
            address = url
            for _ in range(_MOST_REDIRECTS + 1):
                found = self._get(client, address, deadline)
                if isinstance(found, Source):
                    return found
                address = found
        raise SourceError(f"is redirected more than {_MOST_REDIRECTS} times", where=url)

    def picture(self, url: str) -> bytes:
        """Return the bytes of a picture."""
        return self.fetch(url).data

    def _get(self, client: httpx2.Client, url: str, deadline: float) -> Source | str:
        """Return the content, or the address that it is redirected to."""
        self._check(url)
        try:
            with client.stream("GET", url) as response:
                self._check_peer(response, url)
                if response.status_code in _REDIRECTS and response.headers.get("location"):
                    return urljoin(url, response.headers["location"])
                _check_status(response.status_code, url)
                data = _read(response, url, deadline)
        except (httpx2.HTTPError, httpx2.InvalidURL) as err:
            hint = "Check the address and the connection, and try again."
            raise SourceError("does not answer", where=url, hint=hint) from err
        return Source(data=data, name=url, modified=dt.datetime.now(dt.UTC), url=url)

    def _check(self, url: str) -> None:
        """Refuse what is no web address, or one that is not public."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SourceError("is not a web address", where=url, hint="It begins with https://")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError) as err:
            raise SourceError("there is no such website", where=url, hint="Check the address.") from err
        for *_, address in found:
            self._check_address(str(address[0]), url)

    def _check_address(self, address: str, url: str) -> None:
        if not self.allow_local and not ipaddress.ip_address(address.partition("%")[0]).is_global:
            hint = "Open it in a browser, copy the post, and paste it. It is fetched only where that was allowed."
            what = "is on this machine or its network, not on the web"
            raise SourceError(what, where=url, hint=hint, command="--allow-local")

    def _check_peer(self, response: httpx2.Response, url: str) -> None:
        """Look at who really answered: a name may lead elsewhere on the second look."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream else None
        if peer:
            self._check_address(str(peer[0]), url)


def _check_status(status: int, url: str) -> None:
    if status >= 300:
        what, hint = _BY_STATUS.get(status, (f"answers with an error ({status})", "Try again later."))
        raise SourceError(what, where=url, hint=hint, command="--from clipboard" if "paste" in hint else "")


def _read(response: httpx2.Response, url: str, deadline: float) -> bytes:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > _MOST_BYTES:
            raise SourceError(f"has more than {_MOST_BYTES // 1_000_000} MB", where=url)
        if time.monotonic() > deadline:
            raise SourceError("takes too long", where=url, hint="Try again later.")
    return bytes(data)
