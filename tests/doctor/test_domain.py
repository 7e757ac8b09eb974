"""The doctor asks the DNS what inboxes will ask it."""

import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from newsletter.doctor.domain import look_at_domain

DOMAIN = "elmstreet.example.org"


class NameServer:
    """A name server on this machine that knows a few records."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                asked, who = self.socket.recvfrom(4096)
            except OSError:
                return
            if not asked:
                return
            if not self.silent:
                self.socket.sendto(self._answer(dns.message.from_wire(asked)).to_wire(), who)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(query)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.to_text(omit_final_dot=True)
        found = self.records.get((name, kind))
        if not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif found:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, found))
        return answer

    def close(self) -> None:
        port = self.socket.getsockname()[1]
        self.socket.sendto(b"", ("127.0.0.1", port))
        self.thread.join()
        self.socket.close()


@pytest.fixture
def names() -> Iterator[NameServer]:
    """The name server, with records that are as they should be."""
    server = NameServer()
    server.records = {
        (DOMAIN, "TXT"): ['"google-site-verification=x"', '"v=spf1 include:_spf.example.com" " -all"'],
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"'],
        (f"s1._domainkey.{DOMAIN}", "CNAME"): ["s1.domainkey.u1.wl.sendgrid.net."],
    }
    yield server
    server.close()


def _look(names: NameServer, *, sendgrid: bool = True) -> dict[str, str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], names.socket.getsockname()[1]
    return {each.about: str(each.level) for each in look_at_domain(DOMAIN, sendgrid=sendgrid, resolver=resolver)}


def test_all_is_there(names: NameServer) -> None:
    """SPF, DKIM and DMARC are found."""
    assert _look(names) == {"SPF": "ok", "DKIM": "ok", "DMARC": "ok"}
    assert _look(names, sendgrid=False) == {"SPF": "ok", "DMARC": "ok"}


def test_nothing_is_there(names: NameServer) -> None:
    """What is missing is named; without SendGrid, SPF has to be the domain's own."""
    names.records = {(DOMAIN, "TXT"): ['"google-site-verification=x"']}
    assert _look(names) == {"SPF": "note", "DKIM": "warn", "DMARC": "warn"}
    assert _look(names, sendgrid=False) == {"SPF": "warn", "DMARC": "warn"}


def test_domain_that_nobody_knows(names: NameServer) -> None:
    """A slip in the domain is one line, not three."""
    names.records = {}
    assert _look(names) == {"domain": "warn"}


def test_policy_of_the_domain_above(names: NameServer) -> None:
    """A policy of the whole organisation holds for its subdomains."""
    del names.records[f"_dmarc.{DOMAIN}", "TXT"]
    names.records["_dmarc.example.org", "TXT"] = ['"v=DMARC1; p=reject"']
    assert _look(names)["DMARC"] == "ok"


def test_two_count_as_none(names: NameServer) -> None:
    """Two SPF records, or two policies, are as good as none (RFC 7208, 4.5; RFC 7489, 6.6.3)."""
    names.records[DOMAIN, "TXT"] = ['"v=spf1 -all"', '"v=spf1 ~all"']
    names.records[f"_dmarc.{DOMAIN}", "TXT"] = ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']
    assert _look(names) == {"SPF": "warn", "DKIM": "ok", "DMARC": "warn"}


def test_no_answer(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no name server answers, nothing is said of the domain."""
    monkeypatch.setattr("newsletter.doctor.domain._SECONDS", 0.2)
    names.silent = True
    assert _look(names) == {"domain": "note"}
