"""The row of an inbox: how much of sender, subject and preheader programs show.

No program publishes it, and it depends on the screen and the letters. These numbers are
others' measurements and rules of thumb:

- Apple Mail on iPhone: 48 and 99 characters, measured by
  https://www.emailtooltester.com/en/blog/email-subject-lines-character-limit/;
- subjects in Gmail's app (37), Gmail in a browser (70) and Outlook (60):
  https://lettercounter.org/blog/email-subject-line-length-guide;
- preheaders in Gmail's app (40 to 60) and Outlook (60 to 90):
  https://docs.osamahassouna.com/email-playbook/production/preheader/; the smaller is taken;
- in a browser, Gmail writes the preheader into what the subject leaves of one line:
  http://www.rocktheinbox.com/module-7/how-to-optimize-the-preview-text-for-mobile/; about
  130 characters by https://wordcounternow.com/blog/email-marketing-character-limits.html;
- senders (20 to 25): https://campaign.name/tools/email-subject-line-tester/.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one program shows a mail before it is opened; what is cut ends with an ellipsis.

    Attributes:
        on_one_line: whether subject and preheader share a line.
    """

    program: str
    sender: str
    subject: str
    preheader: str
    on_one_line: bool = False


@dataclass(frozen=True, slots=True)
class _Room:
    program: str
    sender: int
    subject: int
    preheader: int
    together: int = 0


_ROOMS = (
    _Room("Gmail on a phone", 25, 37, 40),
    _Room("Apple Mail on iPhone", 25, 48, 99),
    _Room("Gmail in a browser", 20, 70, 130, together=130),
    _Room("Outlook", 25, 60, 60),
)


def inbox_rows(sender: str, subject: str, preheader: str) -> tuple[Row, ...]:
    """Return the rows of some well-known programs, roughly: the letters decide how many there is room for."""
    return tuple(_row(room, sender, subject, preheader) for room in _ROOMS)


def _row(room: _Room, sender: str, subject: str, preheader: str) -> Row:
    shown = _cut(subject, room.subject)
    left = room.together - len(shown) if room.together else room.preheader
    return Row(
        program=room.program,
        sender=_cut(sender, room.sender),
        subject=shown,
        preheader=_cut(preheader, left),
        on_one_line=bool(room.together),
    )


def _cut(text: str, most: int) -> str:
    """Cut anywhere, as programs do, but never between a letter and its accents."""
    if len(text) <= most:
        return text
    end = max(most - 1, 0)
    while end and unicodedata.combining(text[end]):
        end -= 1
    return f"{text[:end].rstrip()}…"
