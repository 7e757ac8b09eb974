"""A mail server of our own that keeps one folder: enough of IMAP4rev1 (RFC 3501) for one client, over a socket."""

import contextlib
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

USER, PASSWORD = "hello@elmstreet.example.org", 'pass "word" \\ 1'


_LOGIN = 'LOGIN {} "{}"'.format(USER, PASSWORD.replace("\\", "\\\\").replace('"', '\\"'))


@dataclass
class FakeImap:
    """The folder, as the server keeps it, and what the client asked for."""

    port: int = 0
    validity: int = 11
    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    hangs_up_at: str = ""  # the beginning of a command at which the connection breaks

    def receive(self, raw: bytes) -> int:
        """Put a mail into the folder, unread; return its number."""
        number = max(self.mails, default=100) + 1
        self.mails[number], self.flags[number] = raw, set()
        return number

    @property
    def unread(self) -> set[int]:
        """The mails that nobody has read."""
        return {number for number, flags in self.flags.items() if "\\Seen" not in flags}

    def numbered_anew(self) -> None:
        """Give all mails other numbers, as a server may after it was restored."""
        self.validity += 1
        self.mails = {number + 1000: raw for number, raw in self.mails.items()}
        self.flags = {number + 1000: flags for number, flags in self.flags.items()}


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        """Answer commands until the client leaves."""
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            folder = self.server.folder
            folder.commands.append(re.sub(r"^LOGIN.*", "LOGIN", command))
            if folder.hangs_up_at and command.startswith(folder.hangs_up_at):
                return
            self.wfile.write(self._answer(command, folder).replace(b"TAG", tag.encode()))
            if command == "LOGOUT":
                return

    def _answer(self, command: str, folder: FakeImap) -> bytes:
        verb = re.match(r"UID \w+|\w*", command)
        answers = {
            "SELECT": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
        }
        fixed = {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n", "LOGOUT": b"* BYE\r\nTAG OK bye\r\n"}
        name = verb[0] if verb else ""
        if name == "LOGIN":
            return b"TAG OK in\r\n" if command == _LOGIN else b"TAG NO [AUTHENTICATIONFAILED] no\r\n"
        return answers[name](command, folder) if name in answers else fixed.get(name, b"TAG BAD what?\r\n")

    def _select(self, command: str, folder: FakeImap) -> bytes:
        if command.replace('"', "") != "SELECT INBOX":
            return b"TAG NO no such folder\r\n"
        facts = f"* {len(folder.mails)} EXISTS\r\n* OK [UIDVALIDITY {folder.validity}] valid\r\n"
        return facts.encode() + b"TAG OK [READ-WRITE] selected\r\n"

    def _store(self, command: str, folder: FakeImap) -> bytes:
        wanted = re.match(r"UID STORE (\d+) \+FLAGS(?:\.SILENT)? \((.*)\)", command)
        assert wanted
        if int(wanted[1]) in folder.flags:
            folder.flags[int(wanted[1])].add(wanted[2])
        return b"TAG OK stored\r\n"

    def _search(self, command: str, folder: FakeImap) -> bytes:
        after = re.search(r"UID (\d+):\*", command)
        found = sorted(folder.mails)
        if after:  # the last one is always in such a range
            found = [number for number in found if number >= int(after[1])] or found[-1:]
        return f"* SEARCH {' '.join(map(str, found))}\r\nTAG OK done\r\n".encode()

    def _fetch(self, command: str, folder: FakeImap) -> bytes:
        match = re.match(r"UID FETCH (\S+) \(?(.*?)\)?$", command)
        assert match
        answer = b""
        for number in sorted(folder.mails):
            if not _is_in(number, match[1]):
                continue
            raw = folder.mails[number]
            what = f"RFC822.SIZE {len(raw)}".encode()
            if match[2] != "RFC822.SIZE":
                if match[2] == "BODY[]":  # without PEEK, to fetch is to read
                    folder.flags[number].add("\\Seen")
                what = b"BODY[] {%d}\r\n%s" % (len(raw), raw)
            answer += b"* %d FETCH (UID %d %s)\r\n" % (number, number, what)
        return answer + b"TAG OK done\r\n"


def _is_in(number: int, wanted: str) -> bool:
    """Whether a number is in a set such as ``101:103,107``."""
    for part in wanted.split(","):
        first, _, last = part.partition(":")
        if int(first) <= number <= int(last or first):
            return True
    return False


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    folder: FakeImap


@contextlib.contextmanager
def fake_imap() -> Iterator[FakeImap]:
    """Run such a server on this computer."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.folder = FakeImap(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.folder
        finally:
            server.shutdown()
            thread.join()
