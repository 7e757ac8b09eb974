"""Fetching a page, a feed or a picture from the web: carefully, and only when asked to."""

import datetime as dt
import ipaddress
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from newsletter import __version__
from newsletter.errors import SourceError
from newsletter.posts.source import Source

_AGENT = f"newsletter/{__version__} (reads posts for a newsletter, at a person's request)"
_MOST_BYTES = 15_000_000
_MOST_AROUND = 500_000
"""Bytes of what is not content: the heads of all answers, and what encryption adds."""
_MOST_REDIRECTS = 5
_SECONDS = 10.0
_PICTURES_SECONDS = 120.0
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}
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
_TRANSLATED = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48")]
"""Stand for addresses of the old kind where a network knows only the new one; a network's own may be among them."""
_NOT_PUBLIC = [
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
_PUBLIC = ipaddress.ip_network("2000::/3")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[tuple[Any, ...]]]


def _look_up(host: str, port: int) -> Iterable[tuple[Any, ...]]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches addresses.

    Attributes:
        allow_local: whether addresses on this machine and its network may be fetched, too.
            A page on the web could otherwise make this program read what only this
            machine can reach.
        seconds: how long one fetch may take in all, whatever the website does.
        resolve: finds the addresses of a host.
    """

    allow_local: bool = False
    seconds: float = 10.0
    resolve: Resolve = field(default=_look_up, repr=False)

    def fetch(self, url: str) -> Source:
        """Return what stands at `url`, with the address at which it was found in the end.

        Raises:
            SourceError: the address is none, is not public, does not answer in time, is
                refused, is redirected too often, or is too large.
        """
        return self._fetch(url, time.monotonic() + self.seconds)

    def pictures(self) -> Callable[[str], bytes]:
        """Return what fetches the pictures of one post; all of them together may take so long and no longer."""
        end = time.monotonic() + _PICTURES_SECONDS

        def load(url: str) -> bytes:
            return self._fetch(url, min(time.monotonic() + self.seconds, end)).data

        return load

    def _fetch(self, url: str, deadline: float) -> Source:
        network = _Network(self, url, deadline)
        with httpcore2.ConnectionPool(ssl_context=_encryption(), network_backend=network) as pool:
            address = url
            for _ in range(_MOST_REDIRECTS + 1):
                network.url = address
                found = _get(pool, address, network)
                if isinstance(found, Source):
                    return found
                address = found
        raise SourceError(f"is redirected more than {_MOST_REDIRECTS} times", where=_shown(url))

    def addresses(self, host: str, port: int, url: str, seconds: float) -> list[str]:
        """Return the addresses of a host that may be connected to.

        Raises:
            SourceError: there is no such host, its name is not found in time, or it is not public.
        """
        found = [str(address[0]) for *_, address in self._looked_up(host, port, url, seconds)]
        if self.allow_local:
            return found
        plain = [(each, ipaddress.ip_address(each.partition("%")[0])) for each in found]
        public = [each for each, address in plain if _is_public(address)]
        others = [address for _, address in plain if not _is_public(address) and not _is_translated(address)]
        if others or not public:
            hint = "Open it in a browser, copy the post, and paste it. It is fetched only where that was allowed."
            what = "is on this machine or its network, not on the web"
            raise SourceError(what, where=_shown(url), hint=hint, command="--allow-local")
        return public

    def _looked_up(self, host: str, port: int, url: str, seconds: float) -> Iterable[tuple[Any, ...]]:
        """Look a name up, and wait no longer than told: the system's own way cannot be interrupted."""
        answer: queue.Queue[Iterable[tuple[Any, ...]] | Exception] = queue.Queue()

        def look_up() -> None:
            try:
                answer.put(list(self.resolve(host, port)))
            except (OSError, ValueError) as err:
                answer.put(err)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            found = answer.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise _late(url) from None
        if isinstance(found, Exception) or not found:
            raise SourceError("there is no such website", where=_shown(url), hint="Check the address.")
        return found


@cache
def _encryption() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


class _Network(httpcore2.NetworkBackend):
    """Connects to the very address that was looked at, so that a second look at the name cannot lead elsewhere."""

    def __init__(self, fetcher: Fetcher, url: str, deadline: float) -> None:
        self.url = url
        self._fetcher = fetcher
        self._deadline = deadline
        self._left = _MOST_BYTES + _MOST_AROUND
        self._backend = httpcore2.SyncBackend()

    def seconds(self) -> float:
        """Return how long the next step may take.

        Raises:
            SourceError: the time is up.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _late(self.url)
        return min(left, _SECONDS)

    def count(self, received: int) -> None:
        """Count what was received.

        Raises:
            SourceError: it is too much.
        """
        self._left -= received
        if self._left < 0:
            raise _too_large(self.url)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the package's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of a host's addresses that answers."""
        addresses = self._fetcher.addresses(host, port, self.url, self.seconds())
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._backend.connect_tcp(address, port, self.seconds(), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _Stream(stream, self)
        raise httpcore2.ConnectError


class _Stream(httpcore2.NetworkStream):
    """A connection on which every step counts against the time and the size of the whole."""

    def __init__(self, stream: httpcore2.NetworkStream, network: _Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the package's signature
        """Receive some bytes."""
        data = self._stream.read(max_bytes, self._network.seconds())
        self._network.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the package's signature
        """Send bytes."""
        self._stream.write(buffer, self._network.seconds())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the package's signature
    ) -> httpcore2.NetworkStream:
        """Encrypt the connection; the certificate must be the host's, whatever address it has."""
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._network.seconds()), self._network)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known about the connection."""
        return self._stream.get_extra_info(info)


def _get(pool: httpcore2.ConnectionPool, url: str, network: _Network) -> Source | str:
    """Return the content, or the address that it is redirected to."""
    target = _parsed(url)
    headers = [
        (b"Host", _host(url)),
        (b"User-Agent", _AGENT.encode()),
        (b"Accept", b"*/*"),
        (b"Accept-Encoding", b"gzip"),
    ]
    try:
        with pool.stream("GET", target, headers=headers) as response:
            told = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and told.get(b"location"):
                return _joined(url, told[b"location"])
            _check_status(response.status, url)
            data = _read(response.iter_stream(), told.get(b"content-encoding", ""), url)
    except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, zlib.error) as err:
        network.seconds()  # where the time is up, that is what to say
        hint = "Check the address and the connection, and try again."
        raise SourceError("does not answer", where=_shown(url), hint=hint) from err
    return Source(data=data, name=url, modified=dt.datetime.now(dt.UTC), url=url)


def _parsed(url: str) -> httpcore2.URL:
    """Return a web address in its parts.

    Raises:
        SourceError: it is none, or names a user.
    """
    try:
        parts = urlsplit(url)
        named = parts.username is not None or parts.password is not None
        whole = httpx2.URL(url)
        port = whole.port or _PORTS.get(whole.scheme, 0)
        usable = parts.scheme in _PORTS and parts.hostname and whole.raw_host and 0 < port < 2**16
    except (ValueError, httpx2.InvalidURL) as err:
        raise _no_address(url) from err
    if not usable:
        raise _no_address(url)
    if named:
        hint = "Give the address without them. What wants a password is opened in a browser, copied and pasted."
        raise SourceError("has a user's name or password in its address", where=_shown(url), hint=hint)
    return httpcore2.URL(scheme=whole.raw_scheme, host=whole.raw_host, port=port, target=whole.raw_path)


def _host(url: str) -> bytes:
    return httpx2.URL(url).netloc


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as err:
        raise _no_address(location) from err


def _no_address(url: str) -> SourceError:
    return SourceError("is not a web address", where=_shown(url), hint="It begins with https://")


def _late(url: str) -> SourceError:
    return SourceError("takes too long", where=_shown(url), hint="Try again later.")


def _too_large(url: str) -> SourceError:
    return SourceError(f"has more than {_MOST_BYTES // 1_000_000} MB", where=_shown(url))


def _shown(url: str) -> str:
    """Return an address as an error may show it: without what stands for a password, and not endless."""
    scheme, sign, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{sign}{authority.rpartition('@')[2]}{slash}{path}"[:300]


def _is_translated(address: _Address) -> bool:
    return any(address in network for network in _TRANSLATED)


def _is_public(address: _Address) -> bool:
    """Whether an address is one that everybody on the web can reach; what leads over another one is none."""
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address.version == 4 or (address in _PUBLIC and address.is_global)


def _check_status(status: int, url: str) -> None:
    if status >= 300:
        what, hint = _BY_STATUS.get(status, (f"answers with an error ({status})", "Try again later."))
        raise SourceError(what, where=_shown(url), hint=hint, command="--from clipboard" if "paste" in hint else "")


def _read(chunks: Iterable[bytes], encoding: str, url: str) -> bytes:
    """Return the content, unpacked; never more of it than a post can be."""
    packed = encoding.strip().lower()
    if packed not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise SourceError(
            "is packed in a way that cannot be read", where=_shown(url), hint="Copy the post and paste it."
        )
    unpack = zlib.decompressobj(wbits=47) if packed not in {"", "identity"} else None
    data = bytearray()
    for chunk in chunks:
        data += unpack.decompress(chunk, _MOST_BYTES + 1 - len(data)) if unpack else chunk
        if len(data) > _MOST_BYTES or (unpack and unpack.unconsumed_tail):
            raise _too_large(url)
    return bytes(data)
