"""Addresses: which text is one, which two mean the same mailbox, and which ones are likely mistyped.

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
        email: as it was typed, but for an international domain, which is in the
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


_MACHINES = """
    abuse bounce bounces donotreply do-not-reply hostmaster mailer-daemon mailerdaemon no-reply nobody noreply noc
    postmaster root spam usenet uucp"""
_TEAMS = """
    accounts admin administrator billing careers contact enquiries feedback frontdesk hello help hr info inquiries
    intake jobs mail marketing media news newsletter office orders press reception records referrals sales security
    service staff support team webmaster"""
_NEVER = frozenset(_MACHINES.split())
_SHARED = frozenset(_TEAMS.split())
_TYPOS: dict[str, str] = {
    typo: right
    for right, typos in {
        "gmail.com": """gmial.com gmai.com gamil.com gmal.com gmaill.com gmail.co gmil.com gnail.com gmail.cm gmail.om
            gmaul.com gmsil.com ggmail.com gmaiil.com gmail.comm gmail.cim gmail.vom""",
        "hotmail.com": "hotmial.com hotmal.com hotmai.com hotmil.com hotamil.com hotmail.co hotmaill.com htmail.com",
        "yahoo.com": "yaho.com yahooo.com yhaoo.com yahoo.co yahho.com yaoo.com ayhoo.com yahoo.cm",
        "outlook.com": "outlok.com outllok.com outloook.com outlook.co outlok.co oulook.com",
        "icloud.com": "iclod.com icoud.com icloud.co iclould.com icluod.com",
        "comcast.net": "comcst.net comast.net concast.net",
        "verizon.net": "verison.net verizion.net",
        "aol.com": "aol.co aol.cm",
    }.items()
    for typo in typos.split()
}
_MISTYPED_ENDINGS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "ney": "net",
    "nte": "net",
    "ogr": "org",
    "rog": "org",
    "orgg": "org",
}
NOTABLE = _NEVER | _SHARED
"""Local parts about which something is to be said, in lower case."""

_LOOKALIKES = frozenset("асеорхуіјѕһԁԛԝӏαονρικτυηωμ")  # Cyrillic and Greek letters drawn like Latin ones
_SCRIPTS = re.compile(r"(LATIN|CYRILLIC|GREEK|ARMENIAN|HEBREW|ARABIC|CHEROKEE) ")


def address_warning(email: str) -> str:
    """Return why this valid address should not be taken without a second look, or nothing."""
    local, _, domain = email.rpartition("@")
    if local.lower() in _NEVER:
        return "the address belongs to a system or a postmaster, not to a reader"
    return domain_warning(domain)


def likely_address(email: str) -> str:
    """Return the address that was probably meant where the domain looks mistyped, or nothing."""
    local, at, domain = email.rpartition("@")
    meant = _meant(domain)
    return f"{local}{at}{meant}" if meant else ""


@functools.lru_cache(maxsize=65_536)
def domain_warning(domain: str) -> str:
    """Return why the domain looks like a typo or a trap, or nothing."""
    meant = _meant(domain)
    return f"the domain looks mistyped; did you mean {meant}?" if meant else _lookalike(domain.lower())


def _meant(domain: str) -> str:
    plain = domain.lower()
    name, _, ending = plain.rpartition(".")
    return _TYPOS.get(plain) or (f"{name}.{_MISTYPED_ENDINGS[ending]}" if ending in _MISTYPED_ENDINGS else "")


def is_shared(email: str) -> bool:
    """Whether several people are likely to read this mailbox (``info@``, ``office@``)."""
    return email.rpartition("@")[0].lower() in _SHARED


def _lookalike(domain: str) -> str:
    """Tell a domain that is drawn like another one (Unicode Technical Standard 39, in its simplest part)."""
    if domain.isascii() and "xn--" not in domain:
        return ""
    try:
        shown = idna.decode(domain)
    except idna.IDNAError:
        shown = domain
    for label in shown.split("."):
        letters = [letter for letter in label if letter.isalpha()]
        scripts = {match[1] for letter in letters if (match := _SCRIPTS.match(unicodedata.name(letter, "")))}
        foreign = {letter for letter in letters if not letter.isascii()}
        if len(scripts) > 1 or (foreign and set(letters) <= _LOOKALIKES):
            return "the domain uses letters that only look like Latin ones"
    return ""
