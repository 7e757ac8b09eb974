"""Addresses that are valid and yet not right: traps, slips of the keyboard, look-alikes."""

import functools
import re
import unicodedata

import idna

_MACHINES = """
    abuse bounce bounces donotreply do-not-reply hostmaster mailer-daemon mailerdaemon no-reply nobody noreply noc
    postmaster root spam usenet uucp"""
_TEAMS = """
    accounts admin administrator billing careers contact enquiries feedback frontdesk hello help hr info inquiries
    intake jobs mail marketing media news newsletter office orders press reception records referrals sales security
    service staff support team webmaster"""
_NEVER = frozenset(_MACHINES.split())
_SHARED = frozenset(_TEAMS.split())
_SLIPS: dict[str, str] = {
    slip: right
    for right, slips in {
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
    for slip in slips.split()
}
_SLIPPED_ENDINGS = {
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


def refusal(email: str) -> str:
    """Return why this valid address should not be taken without a second look, or nothing."""
    local, _, domain = email.rpartition("@")
    if local.lower() in _NEVER:
        return "the address belongs to a system or a postmaster, not to a reader"
    return domain_refusal(domain)


def suggestion(email: str) -> str:
    """Return the address that was probably meant where the domain looks mistyped, or nothing."""
    local, at, domain = email.rpartition("@")
    meant = _meant(domain)
    return f"{local}{at}{meant}" if meant else ""


@functools.lru_cache(maxsize=65_536)
def domain_refusal(domain: str) -> str:
    """Return why the domain looks like a slip or a trap, or nothing."""
    meant = _meant(domain)
    return f"the domain looks mistyped; did you mean {meant}?" if meant else _lookalike(domain.lower())


def _meant(domain: str) -> str:
    plain = domain.lower()
    name, _, ending = plain.rpartition(".")
    return _SLIPS.get(plain) or (f"{name}.{_SLIPPED_ENDINGS[ending]}" if ending in _SLIPPED_ENDINGS else "")


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
