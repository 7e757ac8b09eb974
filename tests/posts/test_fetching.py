"""Fetching is careful: public addresses only, and limits for everything."""

import contextlib
import datetime as dt
import gzip
import socket
import socketserver
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsletter.errors import SourceError
from newsletter.posts import fetching
from newsletter.posts.fetching import Fetcher
from newsletter.posts.pictures import bring_pictures, local_loader
from newsletter.posts.value import Post, Reading

PAGE = b"<html><head><title>Noon</title></head><body><article><p>A walk.</p></article></body></html>"


class Handler(BaseHTTPRequestHandler):
    """A small website with every trouble that a website can make."""

    agents: list[str]

    def do_GET(self) -> None:
        Handler.agents.append(self.headers["User-Agent"])
        status, headers, body = {
            "/post": (200, {}, PAGE),
            "/moved": (302, {"Location": "/post"}, b""),
            "/loop": (301, {"Location": "/loop"}, b""),
            "/gone": (404, {}, b"no"),
            "/private": (403, {}, b"no"),
            "/large": (200, {}, b"x" * 5000),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        }[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep the tests' output quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a website on this machine."""
    Handler.agents = []
    socketserver.TCPServer.allow_reuse_address = True
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def refusal(fetch: Callable[[str], object], url: str) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url)
    return str(caught.value)


def test_page_is_fetched_with_its_final_address(site: str) -> None:
    """A redirect is followed, and the program says who it is."""
    source = Fetcher(allow_local=True).fetch(f"{site}/moved")
    assert (source.data, source.url) == (PAGE, f"{site}/post")
    assert source.modified is not None
    assert all(agent.startswith("newsletter/") for agent in Handler.agents)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/"]
)
def test_this_machine_and_its_network_are_refused(url: str) -> None:
    """A page on the web cannot make this program read what only this machine can reach."""
    assert "--allow-local" in refusal(Fetcher().fetch, url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "https://", "gopher://x"])
def test_other_kinds_of_addresses_are_refused(url: str) -> None:
    """Only the web is fetched from."""
    assert "not a web address" in refusal(Fetcher(allow_local=True).fetch, url)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "does not exist (404)"),
        ("/private", "may not be read by programs"),
        ("/loop", "redirected more than 5 times"),
        ("/file", "not a web address"),
    ],
)
def test_trouble_is_told(site: str, path: str, words: str) -> None:
    """Each has its own words and a next step."""
    assert words in refusal(Fetcher(allow_local=True).fetch, f"{site}{path}")


def test_too_large(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is not read to its end."""
    monkeypatch.setattr(fetching, "_MOST_BYTES", 1000)
    assert "has more than" in refusal(Fetcher(allow_local=True).fetch, f"{site}/large")


def test_nobody_answers() -> None:
    """A closed door is told as such."""
    assert "does not answer" in refusal(Fetcher(allow_local=True).fetch, "http://127.0.0.1:9/")


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nNoon"


@contextlib.contextmanager
def answering(talk: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that says what `talk` says to each connection, until it is left; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        talks: list[threading.Thread] = []

        def one(connection: socket.socket) -> None:
            with contextlib.suppress(OSError), connection:
                whole = context.wrap_socket(connection, server_side=True) if context else connection
                whole.recv(65536)
                talk(whole)
                whole.close()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    talks.append(threading.Thread(target=one, args=(server.accept()[0],)))
                    talks[-1].start()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in talks:
            each.join()


class Drip:
    """Says the first part at once, and the second again and again, slowly, for four seconds at least."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts
        self.said_all = False

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(self.parts[0])
        for _ in range(400):
            connection.sendall(self.parts[1])
            time.sleep(0.01)
        self.said_all = True


def flood(connection: socket.socket) -> None:
    """Say that an answer is coming, for ever and at once."""
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000)


@pytest.mark.parametrize(
    "talk",
    [
        Drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        Drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        Drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        Drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
        Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x"),
        Drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        Drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        lambda connection: connection.recv(1) and None,
    ],
    ids=["heads", "one head", "100", "103", "body", "chunks", "no length", "silence"],
)
def test_answer_that_never_ends(talk: Callable[[socket.socket], None]) -> None:
    """However slowly it comes, the time in all holds."""
    with answering(talk) as port:
        said = refusal(Fetcher(allow_local=True, seconds=0.3).fetch, f"http://127.0.0.1:{port}/")
    assert not getattr(talk, "said_all", False), "the connection was not ended in time"
    assert "takes too long" in said or "does not answer" in said


def test_answers_that_come_fast_and_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is received counts, also what is no content."""
    monkeypatch.setattr(fetching, "_MOST_BYTES", 10_000)
    monkeypatch.setattr(fetching, "_MOST_AROUND", 100_000)
    with answering(flood) as port:
        assert "has more than" in refusal(Fetcher(allow_local=True).fetch, f"http://127.0.0.1:{port}/")


def test_slow_redirects_count_together() -> None:
    """Each step is quick enough, but not all of them."""

    def talk(connection: socket.socket) -> None:
        time.sleep(0.15)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /on\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with answering(talk) as port:
        said = refusal(Fetcher(allow_local=True, seconds=0.3).fetch, f"http://127.0.0.1:{port}/")
    assert "takes too long" in said


def test_name_that_is_never_found() -> None:
    """Looking a name up counts, too."""
    ended = threading.Event()

    def resolve(_host: str, _port: int) -> list[tuple[object, ...]]:
        ended.wait(5)
        return []

    assert "takes too long" in refusal(Fetcher(seconds=0.1, resolve=resolve).fetch, "https://slow.example/")
    ended.set()


def found_at(*addresses: str) -> tuple[Callable[[str, int], list[tuple[object, ...]]], list[str]]:
    """A resolver that gives one address after the other, and the names it was asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(0, 0, 0, "", (addresses[min(len(asked), len(addresses)) - 1], port))]

    return resolve, asked


def test_name_that_leads_elsewhere_on_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was looked at is the one that is connected to; the name is asked for once."""
    connected: list[object] = []

    def connect(address: object, *_args: object, **_named: object) -> socket.socket:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    resolve, asked = found_at("93.184.215.14", "127.0.0.1")
    assert "does not answer" in refusal(Fetcher(resolve=resolve).fetch, "http://rebinding.example:8080/a")
    assert (connected, asked) == ([("93.184.215.14", 8080)], ["rebinding.example"])


PRIVATE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
    ),
    *("100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.7", "198.18.0.1", "198.51.100.1", "203.0.113.9"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "ff0e::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "2001:db8::1", "3fff::1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "64:ff9b::5db8:d70e", "2002:7f00:1::", "2002:a00:1::1"),
    *("2002:5db8:d70e::1", "2001:0:53aa:64c:0:0:80ff:fffe", "2001:10::1", "5f00::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    """Nothing of this machine's network is reached by whatever way leads into it."""
    resolve, _ = found_at(address)
    assert "--allow-local" in refusal(Fetcher(resolve=resolve).fetch, "https://inside.example/")


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
def test_addresses_that_are_public(address: str) -> None:
    """They are taken as they are."""
    resolve, _ = found_at(address)
    assert Fetcher(resolve=resolve).addresses("a.example", 443, "https://a.example", 1) == [address]


def test_translated_address_beside_a_public_one() -> None:
    """Networks that translate offer both; only the public one is connected to, and a private one beside it refused."""

    def resolve(_host: str, port: int) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (each, port)) for each in ("64:ff9b::5db8:d70e", "93.184.215.14")]

    assert Fetcher(resolve=resolve).addresses("a.example", 80, "http://a.example", 1) == ["93.184.215.14"]


NO_ADDRESSES = [
    *("http://[", "http://]", "http://[::1", "http://[zz]/", "https://", "http:///a", "http://:80/", "http://a:b/"),
    *("http://a.example:99999/", "http://a.example:0/", "http://exa mple/", "http://xn--\udcff.example/"),
    *(
        f"http://{'a' * 70}.example/",
        "http://a..example/",
        "http://☃\ufe0e.example/",
        "http://\x00.example/",
        "http://%00/",
    ),
    *(f"http://{'a.' * 200}example/", "http://a.example\\@127.0.0.1/", "http://xn--a/"),
]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_addresses_that_are_none(url: str) -> None:
    """Each ends in words, also when a website leads to it."""

    def talk(connection: socket.socket) -> None:
        place = url.encode("utf-8", "surrogateescape").replace(b"\x00", b"%00")
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n")

    known = ("is not a web address", "there is no such website", "does not answer", "has a user's name")
    assert any(words in refusal(Fetcher(allow_local=True, resolve=nobody).fetch, url) for words in known)
    with answering(talk) as port:
        fetcher = Fetcher(allow_local=True, resolve=only_here)
        said = refusal(fetcher.fetch, f"http://127.0.0.1:{port}/")
        assert any(words in said for words in (*known, "redirected more than"))


def nobody(host: str, _port: int) -> list[tuple[object, ...]]:
    host.encode("idna")
    raise OSError


def only_here(host: str, port: int) -> list[tuple[object, ...]]:
    return [(0, 0, 0, "", (host, port))] if host == "127.0.0.1" else nobody(host, port)


@pytest.mark.parametrize(
    "url", ["http://ana:secret@a.example/", "https://ana@a.example/x", "http://:secret@a.example/"]
)
def test_names_and_passwords_in_an_address(url: str) -> None:
    """They are refused, and not repeated."""
    said = refusal(Fetcher(resolve=nobody).fetch, url)
    assert "has a user's name or password" in said
    assert "secret" not in said


def test_certificate_must_be_the_hosts(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The connection goes to an address; the name is still what its certificate must have."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = folder / "kept.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    kept.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(kept)
    trusting = ssl.create_default_context(cafile=str(kept))
    monkeypatch.setattr(fetching, "_encryption", lambda: trusting)
    resolve, _ = found_at("127.0.0.1")
    fetcher = Fetcher(allow_local=True, resolve=resolve)
    with answering(lambda connection: connection.sendall(OK), server) as port:
        assert fetcher.fetch(f"https://site.example:{port}/").data == b"Noon"
        assert "does not answer" in refusal(fetcher.fetch, f"https://other.example:{port}/")


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
def test_packed_content(packed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is unpacked, but never to more than a post can be."""
    body = gzip.compress(PAGE) if packed == "gzip" else zlib.compress(PAGE)

    def says(body: bytes) -> Callable[[socket.socket], None]:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {packed}\r\nContent-Length: {len(body)}\r\n\r\n"
        return lambda connection: connection.sendall(head.encode() + body)

    with answering(says(body)) as port:
        assert Fetcher(allow_local=True).fetch(f"http://127.0.0.1:{port}/").data == PAGE
    monkeypatch.setattr(fetching, "_MOST_BYTES", 100_000)
    with answering(says(gzip.compress(bytes(5_000_000)))) as port:
        assert "has more than" in refusal(Fetcher(allow_local=True).fetch, f"http://127.0.0.1:{port}/")


def test_pictures_share_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of pictures that do not come is read all the same, and each is told."""
    monkeypatch.setattr(fetching, "_PICTURES_SECONDS", 0.3)
    talk = Drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    with answering(talk) as port:
        body = "A walk.\n\n" + "\n\n".join(f"![Oak {n}](http://127.0.0.1:{port}/{n}.png)" for n in range(8))
        load = local_loader(None, Fetcher(allow_local=True).pictures())
        reading, pictures = bring_pictures(Reading(Post(title="Walks", body=body)), load)
    assert not talk.said_all
    assert pictures == ()
    assert len([each for each in reading.dropped if "takes too long" in each.reason]) == 8
