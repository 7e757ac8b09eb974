"""How fast a campaign goes out to a local sink that only counts, beside its limit and its peers.

    python benchmarks/sending.py [--people 1000000] [--peer-people 3000] [--latency 0]

Every way runs in a process of its own against the same sink:

- limit: the same bodies, built by the same code and posted by the same client over as many
  connections, with no ledger: the people come out of a loop;
- held: ours, as campaigns go out by default: each batch has a batch id of its own, asked for
  and committed first;
- ours: a campaign from a SQLite database in full sync, each delivery claimed before its
  request and closed after; one in a hundred has left since it was frozen;
- helpers: the sendgrid package's own classes, 1000 people a request;
- anymail: django-anymail's SendGrid backend, 1000 a request (where it is installed);
- naive: one `Mail` and one request a person.

Read the ratios, not the seconds; where others use the machine too, the microseconds of
processor time that a message costs its process tell more than either.
"""

import argparse
import contextlib
import json
import multiprocessing
import resource
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each way imports what it uses, so that none pays for another's
    from newsletter.message import Message
    from newsletter.storage import Store

sys.path.insert(0, str(Path(__file__).parents[1]))

Measured = dict[str, float]

HTML = "<html><body>" + "<p>Dear -merge-html-1-, a paragraph of the usual length.</p>" * 300 + "</body></html>"
BATCH, IN_AIR = 1000, 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--peer-people", type=int, default=3_000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that the sink waits before each answer")
    parser.add_argument("--way")
    parser.add_argument("--port", type=int)
    options = parser.parse_args()
    if options.way:
        _child(options)
        return
    with multiprocessing.Pool(1) as _:  # warm the machine up before measuring
        pass
    port = _start_sink(options.latency)
    results = {way: _measure(way, port, options) for way in WAYS}
    limit = results["limit"]["rate"]
    print("| way | messages | messages/s | of the limit | ours is faster by | processor µs each | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for way, found in results.items():
        rate = found["rate"]
        if rate:
            ratios = f"{rate / limit:.2f} | {results['ours']['rate'] / rate:.1f}×"
            cost = f"{found['microseconds']:.1f} | {found['mb']:.0f}"
            print(f"| {way} | {found['people']:,} | {rate:,.0f} | {ratios} | {cost} |")
    print(f"freezing took {results['ours']['freeze_seconds']:.2f} seconds")


def _measure(way: str, port: int, options: argparse.Namespace) -> Measured:
    people = options.people if way in {"limit", "ours", "held"} else options.peer_people
    if way in {"helpers", "anymail"}:
        people *= 20
    command = [sys.executable, __file__, "--way", way, "--port", str(port), "--people", str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{way}: left out ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
        return {"rate": 0.0}
    found: Measured = json.loads(done.stdout)
    return found


def _child(options: argparse.Namespace) -> None:
    before = _count(options.port)
    measured = WAYS[options.way](options.port, options.people)
    counted = _count(options.port) - before
    assert counted == measured["people"], f"the sink counted {counted}, not {measured['people']}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured | {"mb": peak}))


@contextlib.contextmanager
def _stopwatch(people: int) -> Iterator[Measured]:
    """Measure what is done inside; the figures are there afterwards."""
    measured: Measured = {"people": people}
    begun, worked = time.perf_counter(), time.process_time()
    yield measured
    measured["rate"] = people / (time.perf_counter() - begun)
    measured["microseconds"] = (time.process_time() - worked) * 1e6 / people


def _message() -> "Message":
    from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, MergeField, Message

    return Message(
        subject="Hello -merge-subject-1-",
        preheader="Words",
        html=HTML + UNSUBSCRIBE_PLACEHOLDER,
        text="Dear -merge-text-1-\n" * 100 + UNSUBSCRIBE_PLACEHOLDER,
        from_name="Clinic",
        from_email="news@example.org",
        reply_to="hello@example.org",
        fields=(MergeField(1, "first_name", "there"),),
    )


def _limit(port: int, people: int) -> Measured:
    """Build the bodies that `ours` builds, and post them as it does."""
    from newsletter.campaigns.batch_request import recipients
    from newsletter.campaigns.ledger import Person
    from newsletter.transports import Accepted, Batch
    from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking

    message = _message()
    transport = SendGridTransport(Client("key", f"http://127.0.0.1:{port}"), Tracking())

    def post(first: int) -> None:
        rows = [
            Person(n, n, f"reader{n}@example.org", f"Reader {n}", "", "subscribed", "")
            for n in range(first, min(first + BATCH, people))
        ]
        readers = recipients(b"k" * 32, rows, lambda _number: "", one_click=False)
        batch = Batch(campaign="c0ffee", ref="b0b", slug="x", message=message, recipients=readers)
        assert isinstance(transport.send(batch), Accepted)

    with _stopwatch(people) as measured, ThreadPoolExecutor(IN_AIR) as pool:
        for _ in pool.map(post, range(0, people, BATCH)):
            pass
    return measured


def _held(port: int, people: int) -> Measured:
    """Send a campaign that can be called back, as is the default."""
    return _ours(port, people, hold_seconds=1200)


def _ours(port: int, people: int, *, hold_seconds: int = 0) -> Measured:
    """Send a campaign, ledger and all."""
    from newsletter.campaigns import Plan
    from newsletter.campaigns.freezing import start
    from newsletter.campaigns.sender import dispatch
    from newsletter.storage import open_store
    from newsletter.transports.sendgrid import Client, SendGridTransport, Tracking

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_store(f"sqlite:///{folder / 'newsletter.db'}", folder / "newsletter.key") as store:
            _fill(store, people)
            begun = time.perf_counter()
            plan = Plan(transport="sendgrid", batch_size=BATCH, hold_seconds=hold_seconds)
            campaign = start(store, _message(), slug="december", plan=plan)
            frozen = time.perf_counter()
            left = _leave(store, people)
            transport = SendGridTransport(Client("key", f"http://127.0.0.1:{port}"), Tracking())
            with _stopwatch(people - left) as measured:
                dispatch(store, campaign, transport, in_air=IN_AIR)
            return measured | {"freeze_seconds": frozen - begun}


def _leave(store: "Store", people: int) -> int:
    """Have one in a hundred leave; return how many that are."""
    from newsletter.subscribers.suppression import suppress_all
    from newsletter.subscribers.vocabulary import How, Reason

    leavers = {f"reader{n}@example.org": Reason.UNSUBSCRIBED for n in range(0, people, 100)}
    with store.write() as connection:
        suppress_all(connection, store.key, leavers, how=How.COMMAND)
    return len(leavers)


def _fill(store: "Store", people: int) -> None:
    columns = "email, email_key, first_name, last_name, status, created_at"
    rows = (
        (f"reader{n}@example.org", f"reader{n}@example.org", f"Reader {n}", "", "subscribed", "2026")
        for n in range(people)
    )
    with store.write() as connection:
        while part := list(islice(rows, 50_000)):
            connection.exec_driver_sql(f"INSERT INTO subscribers ({columns}) VALUES (?, ?, ?, ?, ?, ?)", part)  # noqa: S608


def _helpers(port: int, people: int) -> Measured:
    """Use the package's helper classes, a thousand people a request."""
    from sendgrid import SendGridAPIClient
    from sendgrid.helpers.mail import Mail, Personalization, Substitution, To

    client = SendGridAPIClient("key", host=f"http://127.0.0.1:{port}")
    with _stopwatch(people) as measured:
        for first in range(0, people, BATCH):
            mail = Mail("news@example.org", subject="Hello", plain_text_content="Dear", html_content=HTML)
            for number in range(first, min(first + BATCH, people)):
                person = Personalization()
                person.add_to(To(f"reader{number}@example.org"))
                person.add_substitution(Substitution("-merge-html-1-", f"Reader {number}"))
                mail.add_personalization(person)
            assert client.send(mail).status_code == 202
    return measured


def _naive(port: int, people: int) -> Measured:
    """Use the package as most people do: one mail, one request a person."""
    from sendgrid import SendGridAPIClient
    from sendgrid.helpers.mail import Mail

    client = SendGridAPIClient("key", host=f"http://127.0.0.1:{port}")
    with _stopwatch(people) as measured:
        for number in range(people):
            html = HTML.replace("-merge-html-1-", f"Reader {number}")
            client.send(Mail("news@example.org", f"reader{number}@example.org", "Hello", "Dear", html))
    return measured


def _anymail(port: int, people: int) -> Measured:
    """Use django-anymail's backend with merge data, a thousand people a message."""
    import django
    from django.conf import settings

    settings.configure(
        EMAIL_BACKEND="anymail.backends.sendgrid.EmailBackend",
        ANYMAIL={"SENDGRID_API_KEY": "key", "SENDGRID_API_URL": f"http://127.0.0.1:{port}/v3/"},
        INSTALLED_APPS=["anymail"],
    )
    django.setup()
    from django.core.mail import EmailMultiAlternatives, get_connection

    connection = get_connection()
    connection.open()
    with _stopwatch(people) as measured:
        for first in range(0, people, BATCH):
            to = [f"reader{number}@example.org" for number in range(first, min(first + BATCH, people))]
            mail = EmailMultiAlternatives("Hello", "Dear", "news@example.org", to, connection=connection)
            mail.attach_alternative(HTML, "text/html")
            mail.merge_data = {address: {"name": address} for address in to}
            mail.merge_field_format = "-{}-"
            mail.send()
    return measured


Way = Callable[[int, int], Measured]
WAYS: dict[str, Way] = {
    "limit": _limit,
    "ours": _ours,
    "held": _held,
    "helpers": _helpers,
    "anymail": _anymail,
    "naive": _naive,
}


_COUNTING = threading.Lock()


def _start_sink(latency: float) -> int:
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    multiprocessing.Process(target=_sink, args=(ready, latency), daemon=True).start()
    return ready.get()


def _sink(ready: "multiprocessing.Queue[int]", latency: float) -> None:
    """Take requests, count the recipients in them, answer 202."""
    server = socket.create_server(("127.0.0.1", 0), backlog=256)
    ready.put(server.getsockname()[1])
    counted = [0]
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_answer, args=(connection, counted, latency), daemon=True).start()


def _answer(connection: socket.socket, counted: list[int], latency: float) -> None:
    with connection:
        for head, body in _requests(connection):
            with _COUNTING:
                counted[0] += body.count(b'"to": [{') + body.count(b'"to":[{')
            if latency:
                time.sleep(latency)
            text = str(counted[0]).encode() if head.startswith(b"GET") else b""
            if b"/mail/batch" in head.partition(b"\r\n")[0]:
                text = b'{"batch_id": "%s"}' % secrets.token_hex(16).encode()
            close = b"close" if b"connection: close" in head.lower() else b"keep-alive"
            connection.sendall(
                b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m\r\nConnection: %b\r\nContent-Length: %d\r\n\r\n%b"
                % (close, len(text), text)
            )
            if close == b"close":
                return


def _requests(connection: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    rest = b""
    while True:
        while b"\r\n\r\n" not in rest:
            part = connection.recv(1 << 20)
            if not part:
                return
            rest += part
        head, _, rest = rest.partition(b"\r\n\r\n")
        line = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        length = int(line.partition(b":")[2])
        parts, size = [rest[:length]], len(rest)
        while size < length:
            parts.append(connection.recv(1 << 20))
            size += len(parts[-1])
        rest = b"" if size <= length else rest[length:]
        yield head, b"".join(parts)


def _count(port: int) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    return int(connection.getresponse().read())


if __name__ == "__main__":
    main()
