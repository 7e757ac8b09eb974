"""One import on its way from the uploaded file to the list: previewed, then imported.

The work is done in a thread, so that the page can tell how far it is. An import is one
transaction: whatever stops it, nothing was imported.
"""

import contextlib
import dataclasses
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from pathlib import Path

from newsletter.errors import NewsletterError, SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, Report, import_list, open_list, preview
from newsletter.subscribers.importer.columns import Columns
from newsletter.subscribers.importer.headings import Field
from newsletter.subscribers.importer.questions import UnclearColumnError
from newsletter.subscribers.importer.sheets import Sheet
from newsletter.subscribers.importer.standing import Standing
from newsletter.subscribers.importer.survey import ROWS

_EXAMPLES = 3
_LOOKED_AT = 50
_LONGEST = 60
_CHOOSE = "Choose it in the menu of that column, or under “The people in this file”."

Opener = Callable[[], AbstractContextManager[Store]]


class Phase(StrEnum):
    """How far an import is."""

    UNCLEAR = "unclear"  # nothing was previewed yet
    PREVIEWING = "previewing"
    READY = "ready"  # previewed; waits for the yes
    IMPORTING = "importing"
    DONE = "done"
    BROKEN = "broken"  # stopped or failed, and undone; can be done again


AT_WORK = frozenset({Phase.PREVIEWING, Phase.IMPORTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person chose for an import.

    Attributes:
        columns: field by a column's number from 1, where it differs from what was recognised.
        everybody: what all people in the file are, if they left.
        means: what a status in the file means, by its word; see `standing.MEANINGS`.
        kept_tags: taken from the file although they look like health information.
        anyway: take addresses that look mistyped.
    """

    columns: Mapping[int, str] = field(default_factory=dict)
    everybody: str = ""
    means: Mapping[str, str] = field(default_factory=dict)
    wording: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    kept_tags: tuple[str, ...] = ()
    update: bool = False
    pending: bool = False
    anyway: bool = False

    @property
    def options(self) -> ImportOptions:
        """Return with what the import is to be made."""
        return ImportOptions(
            wording=self.wording,
            source=self.source,
            tags=self.tags,
            kept_tags=self.kept_tags,
            update=self.update,
            pending=self.pending,
            anyway=self.anyway,
        )

    def come_to_the_same(self, other: "Choices") -> bool:
        """Whether a preview of the one tells what comes in with the other."""
        return self.telling == other.telling

    @property
    def telling(self) -> tuple[object, ...]:
        """What changes who and what comes in; words and tags for everybody change nothing there."""
        counted = dict(self.columns), self.everybody, dict(self.means)
        return *counted, set(self.kept_tags), self.update, self.pending, self.anyway


class _StoppedError(KeyboardInterrupt):
    """A person asked to stop, as with Ctrl-C."""


class ImportJob:
    """One uploaded list.

    Attributes:
        name: what addresses call it.
        path: the uploaded file.
        recognised: what its columns become unless somebody says otherwise.
        recognised_nothing: whether somebody has to say first which column holds the addresses.
        report: of the preview; then of the import.
        previewed_rows: how many rows the file has.
        error: what the last step failed with.
    """

    def __init__(self, name: str, path: Path, opener: Opener, turn: threading.Lock) -> None:
        """Look at the file.

        Raises:
            SourceError: it is no list at all.
        """
        self.name = name
        self.path = path
        self.choices = Choices()
        self.report: Report | None = None
        self.error: NewsletterError | None = None
        self._opener = opener
        self._turn = turn  # one import at a time: the database takes one writer
        self.previewed_rows = 0
        self._one_step = threading.Lock()
        self._stop = threading.Event()
        self._read_bytes = 0
        self._thread: threading.Thread | None = None
        self.sheet, self.recognised, is_clear = _look_at(path)
        self.columns = self.recognised
        self.recognised_nothing = not is_clear
        self.phase = Phase.UNCLEAR

    @property
    def share(self) -> float | None:
        """How much of the file has been read, from 0 to 1; nothing if that cannot be told."""
        return min(self._read_bytes / self.sheet.size, 1) if self._read_bytes and self.sheet.size else None

    @property
    def is_clear(self) -> bool:
        """Whether the file alone tells enough to be previewed."""
        return not self.recognised_nothing and not self.columns.questions

    @property
    def everybody_left(self) -> bool:
        """Whether the file holds people who unsubscribed, so that there is nothing that they agreed to."""
        return self.columns.dialect.everybody is not Standing.JOINED

    def samples(self) -> list[list[str]]:
        """Return some values of each column."""
        rows = [cells for line, _, cells in self.sheet.sample(_LOOKED_AT) if line >= self.columns.first_line]
        width = len(self.columns.headings)
        filled = (
            [cells[place] for cells in rows if place < len(cells) and cells[place].strip()] for place in range(width)
        )
        return [[value[:_LONGEST] for value in dict.fromkeys(values)][:_EXAMPLES] for values in filled]

    def preview(self, choices: Choices) -> None:
        """Begin to find out what an import would do; one that has begun is left alone.

        Raises:
            SourceError: the columns cannot be what was chosen, or something is not answered yet.
        """
        with self._one_step:
            if self.phase in {Phase.IMPORTING, Phase.DONE}:
                return
            self.stop()
            self.wait(60)  # what was found out for other choices must not stand beside these
            self.choices, self.report, self.error, self.phase = choices, None, None, Phase.UNCLEAR
            try:
                self._plan(choices)
            except SourceError as err:
                self.error = self._named(err)
                raise
            self._begin(Phase.PREVIEWING, self._preview)

    def _plan(self, choices: Choices) -> None:
        if self.recognised_nothing and Field.EMAIL not in choices.columns.values():
            hint = "Choose “Email address” for one of them."
            raise SourceError("no column is chosen for the addresses", hint=hint)
        self.sheet, self.columns = open_list(
            self.path, dict(choices.columns), everybody=choices.everybody, means=choices.means
        )
        if self.columns.questions:
            raise SourceError(self.columns.questions[0].what, hint=_CHOOSE)

    def _named(self, err: NewsletterError) -> NewsletterError:
        """Let an error about the uploaded file name it as the person does, and say what to do on the page."""
        if str(self.path) in err.where:
            err.where = _line(err)
        if err.command == "--map COLUMN=email":
            err.hint = "Choose “Email address” for the column with the addresses."
        return err

    def carry_out(self, choices: Choices) -> bool:
        """Begin to import, if that is what was previewed; asked twice, it is done once.

        Returns:
            Whether it has begun. If not, `choices` is not what the person has seen the numbers of.
        """
        with self._one_step:
            if self.phase in {Phase.IMPORTING, Phase.DONE}:
                return True
            if self.report is None or self.phase not in {Phase.READY, Phase.BROKEN}:
                return False
            if not choices.come_to_the_same(self.choices):
                return False
            self.choices = choices
            self._begin(Phase.IMPORTING, self._import)
            return True

    def stop(self) -> None:
        """Ask the work to stop; what it has done is undone."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for the work to end, but no longer than this."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _begin(self, phase: Phase, work: Callable[[Store], None]) -> None:
        self.stop()
        self.wait(60)  # a preview of what was chosen before
        self._stop.clear()
        self.error, self._read_bytes, self.phase = None, 0, phase
        self._thread = threading.Thread(target=self._work, args=(work,), name=f"import-{self.name}", daemon=True)
        self._thread.start()

    def _work(self, work: Callable[[Store], None]) -> None:
        with self._turn, self._failures_kept(), self._opener() as store:
            work(store)

    @contextlib.contextmanager
    def _failures_kept(self) -> Iterator[None]:
        try:
            yield
        except _StoppedError:
            hint = "Nothing was imported. To do it after all, choose Import again."
            self.error = SourceError("the import was stopped", hint=hint) if self.phase is Phase.IMPORTING else None
            self.phase = Phase.BROKEN
        except UnclearColumnError as err:
            self.error, self.phase = SourceError(err.what, where=_line(err), hint=_CHOOSE), Phase.UNCLEAR
            self.recognised = self.columns = self.recognised.doubting(err.place)
        except NewsletterError as err:
            self.error, self.phase = self._named(err), Phase.BROKEN
        except Exception as err:  # noqa: BLE001 - a thread has nobody above it; the page tells
            last = traceback.extract_tb(err.__traceback__)[-1]
            what = f"a mistake in this program ({type(err).__name__} in {Path(last.filename).name}, line {last.lineno})"
            self.error = NewsletterError(what, hint="Tell those who look after it. Doing the import again is harmless.")
            self.phase = Phase.BROKEN

    def _preview(self, store: Store) -> None:
        self.report = preview(store, self.sheet, self.columns, self.choices.options, on_bytes=self._note)
        self.previewed_rows = self.report.tally.rows
        self.phase = Phase.READY

    def _import(self, store: Store) -> None:
        options = self.choices.options
        self.report = import_list(store, self.sheet, self.columns, options, on_bytes=self._note)
        self.path.unlink(missing_ok=True)  # needed no more
        self.phase = Phase.DONE

    def _note(self, read_bytes: int) -> None:
        self._read_bytes = read_bytes
        if self._stop.is_set():
            raise _StoppedError


def _line(err: NewsletterError) -> str:
    """Return where in the file; its name is the one that the person gave it, and its folder is not theirs."""
    name = err.where.replace("\\", "/").rpartition("/")[2]
    file, _, line = name.rpartition(":")
    return f"{file}, line {line}" if line.isdecimal() and file else name


def _look_at(path: Path) -> tuple[Sheet, Columns, bool]:
    """Return sheet and columns, and whether it is clear which column holds the addresses."""
    try:
        return *open_list(path), True
    except SourceError as err:
        if err.command:  # somebody can say which column it is
            found = _look_for_addresses(path)
            if found is not None:
                return *found, False
            err.hint = "No cell in it looks like an email address. Choose another file."
        raise SourceError(err.what, where=_line(err), hint=err.hint) from err


def _look_for_addresses(path: Path) -> tuple[Sheet, Columns] | None:
    """Return sheet and columns if there are addresses somewhere, one of the columns as not yet decided.

    To find out what the others are, it is taken for the one with the addresses; one that looks like health
    information cannot be.
    """
    for number in count(1):
        try:
            sheet, columns = open_list(path, {number: Field.EMAIL.value})
        except SourceError as err:
            if "health" in err.what:
                continue
            return None
        there = any("@" in cell for _, _, cells in sheet.sample(ROWS) for cell in cells)
        undecided = dataclasses.replace(columns.doubting(number - 1), questions=())
        return (sheet, undecided) if there else None
    return None
