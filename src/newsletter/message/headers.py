"""Headers that nothing in a name or subject can break (RFC 5322, RFC 2047)."""

import base64
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, Policy

from newsletter.errors import IssueError

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?")
_LONGEST_LINE = 900  # RFC 5322: 998, name included


def mailbox(name: str, email: str) -> Address:
    """Return a name and address for a header.

    Raises:
        IssueError: the address cannot stand in a header.
    """
    what = "an address cannot be used in a mail header"
    if not email.isascii():  # RFC 6532 allows more; few mail servers do
        raise IssueError(what)
    try:
        return Address(display_name=safe_header(name), addr_spec=email)
    except (HeaderParseError, ValueError, IndexError) as err:
        raise IssueError(what) from err


def is_mailbox(email: str) -> bool:
    """Whether a mail header can hold an address."""
    try:
        mailbox("", email)
    except IssueError:
        return False
    return True


def safe_header(value: str) -> str:
    """Return `value` unable to begin a header of its own.

    Some Python versions turn an RFC 2047 encoded word in a value back into the line break
    that it hides (CVE-2024-6923), so the opening of such a word is broken up too.
    """
    return _ENCODED_WORD.sub(r"= ?\1?\2?", _UNSAFE.sub(" ", value)).strip()


class _WholeLine(UnstructuredHeader, BaseHeader):
    """A header that stays on one line, as it is.

    Python folds a long word by encoding it (RFC 2047), which is not allowed in headers
    that programs read: no mail program would find the link in List-Unsubscribe.
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the line; RFC 5322 allows 998 characters."""
        return f"{self.name}: {self}{policy.linesep}" if self.isascii() else super().fold(policy=policy)


class _Words(UnstructuredHeader, BaseHeader):
    """A header for people: all in ASCII, or all in encoded words (RFC 2047).

    Where both are mixed, Python's own folding moves or loses spaces between them.
    """

    def fold(self, *, policy: Policy) -> str:
        """Return the header's lines, none longer than 76 characters unless it is plain ASCII."""
        if self.isascii() and len(self) < _LONGEST_LINE:
            return f"{self.name}: {self}{policy.linesep}"
        words = (base64.b64encode(piece.encode()).decode("ascii") for piece in _pieces(self, 45))
        return f"{self.name}: " + f"{policy.linesep} ".join(f"=?utf-8?b?{word}?=" for word in words) + policy.linesep


def _pieces(text: str, size: int) -> Iterator[str]:
    """Part `text` into pieces of at most `size` bytes, never inside a character."""
    piece = ""
    for character in text:
        if len((piece + character).encode()) > size:
            yield piece
            piece = ""
        piece += character
    yield piece


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id"):
    _HEADERS.map_to_type(_name, _WholeLine)
_HEADERS.map_to_type("subject", _Words)
POLICY = SMTP.clone(header_factory=_HEADERS)
