"""Addresses: which text is one, and which two texts mean the same mailbox.

An address is kept as it was typed. It is compared by its key: NFC, local part casefolded,
domain in lower-case ASCII form (IDNA 2008). Dots and ``+tags`` are kept: taking them
away would hide people from a search for the address that they gave.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

import idna
from email_validator import EmailNotValidError, EmailUndeliverableError, validate_email

from newsletter.errors import AddressError

_ATOM = r"[\w!#$%&'*+\-/=?^`{|}~]++"  # ASCII's letters and digits: see the flag; taken once and not tried again
_LOCAL = rf"{_ATOM}(?:\.{_ATOM})*+"
PLAIN_LOCAL = re.compile(_LOCAL, re.ASCII).fullmatch
PLAIN_ADDRESS = re.compile(rf"({_LOCAL})@([^@]+)", re.ASCII).fullmatch
"""Local part and domain of an address whose local part needs no second look; its domain may be anything."""

LONGEST = 254  # RFC 5321 4.5.3.1.3, as its errata 1690 corrects it
_LONGEST_CELL = 2_000  # what is longer holds no address, and is not looked into


@dataclass(frozen=True, slots=True)
class Address:
    """An address that mail can be sent to.

    Attributes:
        email: as it was typed, but for an international domain, which stands in the
            ASCII form that mail needs.
        key: equal for two addresses if and only if they are to be taken as one.
    """

    email: str
    key: str


def email_key(address: str) -> str:
    """Return the form in which addresses are compared; it never fails, whatever `address` is."""
    local, at, domain = address.strip()[:_LONGEST_CELL].rpartition("@")
    if local.isascii() and is_plain_domain(domain):
        return f"{local}{at}{domain}".lower()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).casefold())
    return f"{folded}{at}{_ascii_domain(domain)}"


def check_address(text: str) -> Address:
    """Return the address in `text`; the verdict is that of email-validator, without DNS.

    Non-ASCII local parts are refused: few mail servers take them (RFC 6531).

    Raises:
        AddressError: `text` is no address that mail can be sent to; says why.
    """
    typed = text.strip()
    if len(typed) > _LONGEST_CELL:
        raise AddressError("the cell contains far more than an address")
    local, at, domain = typed.rpartition("@")
    if not at:
        raise AddressError("there is no @ in the address" if typed else "there is no address")
    if not is_plain_domain(domain) or not PLAIN_LOCAL(local) or len(typed) > LONGEST:
        return _judge_whole(typed)
    if refusal := _domain_refusal(domain):
        raise AddressError(refusal)
    return Address(typed, typed.lower())


def is_plain_domain(domain: str) -> bool:
    """Whether a domain has no international parts, so that lower case is all that its key takes."""
    return domain.isascii() and "xn--" not in domain.lower()


@functools.lru_cache(maxsize=65_536)
def _domain_refusal(domain: str) -> str:
    """Return why no address may end in `domain`, or nothing: judged once for all its addresses."""
    try:
        validate_email(f"a@{domain}", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as err:
        return _reason(err)
    return ""


def _judge_whole(typed: str) -> Address:
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as err:
        raise AddressError(_reason(err)) from err
    email = f"{found.local_part}@{found.ascii_domain}"
    return Address(email, email_key(email))


def _reason(err: EmailNotValidError | EmailUndeliverableError) -> str:
    """Return the validator's words as one sentence that can follow a colon."""
    text = str(err).strip().rstrip(".")
    return text[:1].lower() + text[1:]


@functools.lru_cache(maxsize=4_096)
def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(unicodedata.normalize("NFC", domain), uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return domain.lower()
