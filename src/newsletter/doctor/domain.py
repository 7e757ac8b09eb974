"""The sender's domain in the DNS: what inboxes look up before they believe a From address.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489.
"""

from collections.abc import Iterator

import dns.exception
import dns.rdatatype
import dns.resolver

from newsletter.doctor.verdict import Verdict, note, ok, warn

_SECONDS = 5.0
_SELECTORS = ("s1", "s2")  # as SendGrid names them, unless a person chose others


def look_at_domain(domain: str, *, sendgrid: bool, resolver: dns.resolver.Resolver | None = None) -> Iterator[Verdict]:
    """Judge the domain's records; each finding is a hint, for providers go about it in their own ways."""
    try:
        asked = resolver or dns.resolver.Resolver()
        if not _is_known(asked, domain):
            remedy = "Check [sender] from_email; inboxes reject mail from a domain that does not exist."
            yield warn("domain", f"{domain} is not in the DNS, as seen from this computer", remedy)
            return
        texts, policies = _texts(asked, domain), _policies(asked, domain)
        signed = any(_exists(asked, f"{name}._domainkey.{domain}") for name in _SELECTORS) if sendgrid else None
    except (dns.exception.DNSException, OSError) as err:
        yield note("domain", f"not checked: the DNS does not answer here ({type(err).__name__})")
        return
    yield from _spf([each for each in texts if each.lower().startswith("v=spf1")], domain, sendgrid=sendgrid)
    yield from _dkim(domain, signed=signed)
    yield from _dmarc(policies, domain)


def _spf(found: list[str], domain: str, *, sendgrid: bool) -> Iterator[Verdict]:
    if len(found) > 1:
        yield warn("SPF", f"{domain} has {len(found)} SPF records, which is the same as none", "Join them into one.")
    elif found:
        yield ok("SPF", f"{domain} has a record")
    elif sendgrid:
        yield note("SPF", f"{domain} has no record; the one of SendGrid's subdomain is used instead")
    else:
        yield warn("SPF", f"{domain} has no record", "Ask your mail provider which TXT record to add.")


def _dkim(domain: str, *, signed: bool | None) -> Iterator[Verdict]:
    if signed:
        yield ok("DKIM", f"SendGrid's keys for {domain} are in the DNS")
    elif signed is False:
        remedy = "In SendGrid, under Sender Authentication, check whether the domain's records are verified."
        yield warn("DKIM", f"SendGrid's keys for {domain} were not found under their usual names", remedy)


def _dmarc(found: list[str], domain: str) -> Iterator[Verdict]:
    if len(found) == 1:
        yield ok("DMARC", f"{domain} has a policy")
        return
    remedy = (
        f'Add a TXT record named _dmarc.{domain}: "v=DMARC1; p=none". Gmail and Yahoo require one of larger senders.'
    )
    yield warn(
        "DMARC", f"{domain} has {'no policy' if not found else 'several policies, which is the same as none'}", remedy
    )


def _policies(resolver: dns.resolver.Resolver, domain: str) -> list[str]:
    """Return the domain's own policies, or else those of the domain above it."""
    names = [domain, domain.partition(".")[2]] if domain.count(".") > 1 else [domain]
    found = ([each for each in _texts(resolver, f"_dmarc.{name}") if each.startswith("v=DMARC1")] for name in names)
    return next((policies for policies in found if policies), [])


def _texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    try:
        answer = resolver.resolve(name, dns.rdatatype.TXT, lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _is_known(resolver: dns.resolver.Resolver, domain: str) -> bool:
    try:
        resolver.resolve(domain, dns.rdatatype.SOA, lifetime=_SECONDS, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return False
    return True


def _exists(resolver: dns.resolver.Resolver, name: str) -> bool:
    try:
        resolver.resolve(name, dns.rdatatype.CNAME, lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return bool(_texts(resolver, name))
    return True
