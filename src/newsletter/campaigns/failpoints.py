"""Named places at which a test may make the program die, to prove that nothing is lost there.

``NEWSLETTER_FAILPOINT=after-claim:3`` ends the process, without any tidying, when the
place `after-claim` is reached for the third time. Unset, as it always is outside of tests,
each place costs one comparison.
"""

import os
import signal

SENDING = (
    "before-freeze",
    "inside-freeze",
    "after-freeze",
    "before-claim",
    "inside-claim",
    "after-claim",
    "after-hold-opened",
    "after-hold-recorded",
    "before-request",
    "after-request",
    "inside-close",
    "after-close",
    "before-hold-cancelled",
    "after-hold-cancelled",
    "inside-return",
    "before-finish",
    "after-finish",
)

CANCELLING = (
    "before-cancel-wish",
    "inside-cancel-wish",
    "after-cancel-wish",
    "before-hold-cancelled",
    "after-hold-cancelled",
    "inside-cancel",
    "before-cancel-ends",
)

_armed = ""
_turns_left = 0


def arm(text: str) -> None:
    """Arm one place, as the environment variable would; an empty text disarms."""
    global _armed, _turns_left  # noqa: PLW0603 - a switch for the whole process
    _armed, _, turn = text.partition(":")
    _turns_left = int(turn or 1)


def reach(name: str) -> None:
    """Die here if this place is armed and its turn has come."""
    global _turns_left  # noqa: PLW0603 - as above
    if name != _armed:
        return
    _turns_left -= 1
    if _turns_left == 0:
        _die()


def _die() -> None:
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)  # Windows has no SIGKILL; this skips every tidying just the same


arm(os.environ.get("NEWSLETTER_FAILPOINT", ""))
