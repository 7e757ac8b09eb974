"""The signature of a mail that was pasted: what stands behind its two dashes."""

import re
from collections.abc import Sequence

from newsletter.posts.lines import Line

_LONGEST = 10
_REACHES = re.compile(r"\b988\b|\b911\b|lifeline|hotline|helpline|crisis", re.IGNORECASE)


def find_signature(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines of the signature: those behind the last "--" that are no sentences.

    See RFC 3676, section 4.3; what is pasted has often lost the space behind the dashes. A
    sentence behind them, or a crisis line, says that they only part the text.
    """
    marks = [place for place, line in enumerate(lines) if line.text == "--"]
    tail = lines[marks[-1] :] if marks and marks[-1] else []
    if not 1 < len(tail) <= _LONGEST or any(line.ends_sentence or _REACHES.search(line.text) for line in tail[1:]):
        return {}
    return {line.number: "the mail's signature" for line in tail}
