"""What stands at the end of a mail and is no part of a post: a newsletter's foot, then its sender's signature."""

from collections.abc import Sequence

from newsletter.posts.block import Block
from newsletter.posts.foot import find_foot
from newsletter.posts.forwarded import ForwardedHeader, read_header
from newsletter.posts.signature import find_contacts_of_writer, find_signature


def find_endings(lines: Sequence[Block], sender: str = "", header: ForwardedHeader | None = None) -> dict[int, str]:
    """Return the lines of both, with the reason.

    Args:
        lines: the text.
        sender: the name of who sent it, if it is a mail.
        header: what the lines above the text tell; it is read anew where it is not known.
    """
    told = header or read_header(lines, None)
    found = find_foot(lines)
    rest = [line for line in lines if line.number not in found and line.number not in told.boilerplate]
    mailed = bool(told.author or sender)
    signature = find_signature(rest, (told.author, sender), mailed=mailed)
    if not (signature or mailed) and all(line.links is None for line in lines):
        signature = find_contacts_of_writer(rest)
    return found | signature
