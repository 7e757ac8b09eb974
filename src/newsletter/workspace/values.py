"""How one value of `newsletter.toml` is checked: a parser for each kind.

A parser returns the value or raises `ValueError` with what was expected, in words that
fit after "expected".
"""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_DURATION = re.compile(r"(\d{1,6})\s*([smhd])")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")  # what each such key begins with
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_USUAL_ZONES = {
    **dict.fromkeys(("eastern", "est", "edt", "et", "us/eastern", "new york", "boston"), "America/New_York"),
    **dict.fromkeys(("central", "cst", "cdt", "ct", "chicago"), "America/Chicago"),
    **dict.fromkeys(("mountain", "mst", "mdt", "mt", "denver"), "America/Denver"),
    **dict.fromkeys(("pacific", "pst", "pdt", "pt", "los angeles"), "America/Los_Angeles"),
}
_PLACEHOLDER = re.compile(r"placeholder|your (street|address)|example|lorem|\bt\.?b\.?d\b|xxx|123 any", re.IGNORECASE)


def line(value: object) -> str:
    """Return one line of text that is not empty."""
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        expected = "one line of text"
        raise ValueError(expected)
    return value.strip()


def yes_or_no(value: object) -> bool:
    """Return a TOML boolean."""
    if not isinstance(value, bool):
        expected = "true or false"
        raise ValueError(expected)  # noqa: TRY004 - a wrong setting, whatever its type
    return value


def whole_number(lowest: int, highest: int) -> Callable[[object], int]:
    """Return a parser of whole numbers between two bounds, both allowed."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            expected = f"a whole number from {lowest} to {highest}"
            raise ValueError(expected)
        return value

    return parse


def one_of(*choices: str) -> Callable[[object], str]:
    """Return a parser of a closed list of words."""

    def parse(value: object) -> str:
        if value not in choices:
            expected = " or ".join(f'"{choice}"' for choice in choices)
            raise ValueError(expected)
        return str(value)

    return parse


def empty_or(parse: Callable[[object], str]) -> Callable[[object], str]:
    """Return a parser that lets an empty text pass."""
    return lambda value: "" if value == "" else parse(value)


def list_of(parse: Callable[[object], str]) -> Callable[[object], tuple[str, ...]]:
    """Return a parser of a list, each of its members by `parse`."""

    def parse_all(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            expected = "a list in square brackets"
            raise ValueError(expected)  # noqa: TRY004 - a wrong setting, whatever its type
        return tuple(_parse_member(number, member) for number, member in enumerate(value, 1))

    def _parse_member(number: int, member: object) -> str:
        try:
            return parse(member)
        except ValueError as err:  # by its number: it may be somebody's address
            raise ValueError(f"{err} as entry {number} of the list") from err

    return parse_all


def slug(value: object) -> str:
    """Return a name that is safe as a folder's."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        expected = "lower-case letters, digits and hyphens"
        raise ValueError(expected)
    return value


def email_address(value: object) -> str:
    """Return an email address that every mail server takes (no look-up is made), its domain in ASCII."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - slow to import

    expected = "an email address"
    if not isinstance(value, str):
        raise ValueError(expected)  # noqa: TRY004
    if not value.partition("@")[0].isascii():
        raise ValueError(f"{expected} with plain letters (a to z) before the @")
    try:
        found = validate_email(value, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as err:
        raise ValueError(expected) from err
    return f"{found.local_part}@{found.ascii_domain}"


def web_address(value: object) -> str:
    """Return an http(s) address."""
    return _address(value, {"http", "https"}, 'a web address that begins with "https://"')


def https_address(value: object) -> str:
    """Return an https address without a slash at its end."""
    return _address(value, {"https"}, 'a web address that begins with "https://"').rstrip("/")


def _address(value: object, schemes: set[str], expected: str) -> str:
    try:
        parts = urlsplit(line(value)) if isinstance(value, str) else None
    except ValueError:  # brackets stand for IPv6 alone
        parts = None
    if parts is None or parts.scheme not in schemes or not parts.hostname or " " in str(value).strip():
        raise ValueError(expected)
    return str(value).strip()


def colour(value: object) -> str:
    """Return a colour as every inbox knows it."""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        expected = 'a color of six digits, such as "#235b52"'
        raise ValueError(expected)
    return value.lower()


def phone(value: object) -> str:
    """Return a telephone number with 7 to 15 digits (the longest that E.164 allows)."""
    digits = re.sub(r"\D", "", value) if isinstance(value, str) else ""
    if not 7 <= len(digits) <= 15 or not re.fullmatch(r"[+\d\s().x/-]+", str(value).strip(), re.ASCII | re.IGNORECASE):
        expected = "a phone number with its area code"
        raise ValueError(expected)
    return str(value).strip()


def time_zone(value: object) -> ZoneInfo:
    """Return a zone of the IANA database; a bare offset such as "EST" knows no summer time."""
    expected = "the name of a time zone"
    name = value.strip() if isinstance(value, str) else ""
    if "/" in name or name == "UTC":
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    likely = _USUAL_ZONES.get(name.lower().removesuffix(" time"))
    raise ValueError(f"{expected}; did you mean {likely}?" if likely else expected)


def duration(value: object) -> timedelta:
    """Return a span such as "90s", "20m", "2h" or "1d"."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        expected = 'a number with s, m, h or d, such as "20m"'
        raise ValueError(expected)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def database_url(value: object) -> str:
    """Return the address of a SQLite or PostgreSQL database."""
    if not isinstance(value, str) or not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        expected = 'an address that begins with "sqlite:///" or "postgresql://"'
        raise ValueError(expected)
    return value


def verification_key(value: object) -> str:
    """Return a public key of the curve P-256, as SendGrid shows it: 91 bytes in base64 (RFC 5480)."""
    try:
        raw = base64.b64decode("".join(str(value).split()), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 91 or not raw.startswith(_P256):
        expected = "the verification key from SendGrid's event webhook, 124 letters that begin with MFkw"
        raise ValueError(expected)
    return base64.b64encode(raw).decode("ascii")


def list_of_topics(value: object) -> tuple[tuple[str, str], ...]:
    """Return tags with their descriptions, each written as "tag: description"."""
    expected = 'a list such as ["workshops: Workshops and groups"]'
    if not isinstance(value, list):
        raise ValueError(expected)  # noqa: TRY004 - a wrong setting, whatever its type
    pairs = [line(one).partition(":") for one in value]
    topics = tuple((" ".join(tag.casefold().split()), words.strip()) for tag, _, words in pairs)
    if not all(tag and words and not set(tag) & set(',;|"*') for tag, words in topics):
        raise ValueError(expected)
    return topics


def looks_like_placeholder(text: str) -> bool:
    """Whether a postal address is plainly not a real one."""
    return bool(_PLACEHOLDER.search(text)) or not any(char.isdigit() for char in text)
