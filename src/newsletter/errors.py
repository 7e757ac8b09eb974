"""Every error that this program raises on purpose, and what the caller does next.

    NewsletterError                 say it to the person, exit 1
    ├── WorkspaceError              fix newsletter.toml, a file or a folder
    ├── SourceError                 give another file, or fix this one (posts, CSV)
    ├── IssueError                  fix the issue; knows the file and the line
    ├── ThemeError                  fix the theme
    ├── SubscriberError             no such subscriber, or this must not be done
    │   └── AddressError            skip this address: no mail can be sent to it
    ├── StoreError                  the database is busy, damaged or not ours
    │   └── OvertakenError          another process took over what this one had claimed: begin anew
    ├── CampaignError               the send is refused; nothing was mailed by it
    │   ├── BusyError               another process is working on it: wait
    │   ├── ElsewhereError          another computer was the last to send: a person has to decide
    │   ├── ChangedError            what was confirmed has changed: show it again
    │   └── NobodyError             nobody would receive it: choose others
    └── TransportError              the provider cannot be used at all: stop the run

What happens to single messages is not an exception but a value (`newsletter.transports.Outcome`): the ledger must
record it either way.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path


class NewsletterError(Exception):
    """Something a person can fix: what happened, where, and what to do next.

    Attributes:
        hint: what to do next, in words that hold at the desk and in a terminal.
        command: the command, or its option, that does it; the desk has buttons instead, and never shows it.
    """

    def __init__(self, what: str, *, where: str | Path | None = None, hint: str = "", command: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = str(where) if where is not None else ""
        self.hint = hint
        self.command = command

    @property
    def remedy(self) -> str:
        """What to do next, for somebody in a terminal."""
        return ": ".join(filter(None, (self.hint.removesuffix(".") if self.command else self.hint, self.command)))

    def __str__(self) -> str:
        """Put place, fact and remedy into the order in which they are read."""
        first = f"{self.where}: {self.what}" if self.where else self.what
        return f"{first}\n{self.remedy}" if self.remedy else first


class WorkspaceError(NewsletterError):
    """The workspace or its settings cannot be used as they are."""


class SourceError(NewsletterError):
    """What was handed in (a post, a CSV file) cannot be read."""


class IssueError(NewsletterError):
    """An issue has a mistake; `where` is ``file:line`` when the line is known."""


class ThemeError(NewsletterError):
    """A theme is missing a part or has a mistake in it."""


class SubscriberError(NewsletterError):
    """A subscriber cannot be found, or this must not be done to them."""


class AddressError(SubscriberError):
    """This is no address that mail can be sent to; the text says why, never what it was."""

    def __init__(self, what: str) -> None:
        super().__init__(what, hint="Check how it is spelled. An address looks like this: ana@example.org")


class StoreError(NewsletterError):
    """The database cannot be opened, is busy, or does not belong to this workspace."""


class OvertakenError(StoreError):
    """Others had to take this process for dead, so what it had claimed is theirs; nothing is lost."""

    def __init__(self) -> None:
        super().__init__(
            "this process was out of touch with the database for too long, and the others took over its messages",
            hint="Nothing is lost. Check that the database can be reached, then start again.",
        )


class CampaignError(NewsletterError):
    """A campaign may not start or go on."""


class BusyError(CampaignError):
    """Another process is at work on this campaign; nothing has to be fixed."""


class ElsewhereError(CampaignError):
    """The workspace was last in use on another computer, which may have a copy of it."""


class ChangedError(CampaignError):
    """What a person said yes to has changed since they looked at it."""


class NobodyError(CampaignError):
    """Nobody would receive it."""


class TransportError(NewsletterError):
    """A transport cannot carry anything: a missing key, a refused sender, no such host."""


@contextlib.contextmanager
def parsing(damaged: NewsletterError) -> Iterator[None]:
    """Raise `damaged` for whatever a parser raises over a file that is not as it should be.

    Parsers of files that others made fail in more ways than their authors list. This stands where such a parser is
    called, so that nothing inside has to guess them. The parser's own error is kept as the cause, which
    ``NEWSLETTER_DEBUG`` shows.
    """
    try:
        yield
    except NewsletterError:
        raise
    except MemoryError as err:
        hint = "Close other programs and try again, or use a smaller file."
        raise type(damaged)("needs more memory than this computer has", where=damaged.where, hint=hint) from err
    except Exception as err:
        raise damaged from err
