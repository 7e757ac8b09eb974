"""The outline of a mail: one title, and no level of headings left out."""


class Outline:
    """Moves a passage's headings to where they belong in the mail.

    Staff begin with ``#``, ``##`` or ``###`` as they like, and leave levels out; screen
    readers announce levels, so each heading goes at most one below the one before.
    """

    def __init__(self, top_level: int) -> None:
        self._top = top_level
        self._open: list[int] = []

    def place(self, level: int) -> int:
        """Return the level in the mail (at most 6) for the next heading, written as `level`."""
        while self._open and self._open[-1] >= level:
            self._open.pop()
        self._open.append(level)
        return min(self._top + len(self._open) - 1, 6)
