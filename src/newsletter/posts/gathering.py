"""From what a person names as a source to posts with their pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsletter.errors import SourceError
from newsletter.posts.feed import FeedEntry, list_feed, read_entry
from newsletter.posts.fetching import Fetcher
from newsletter.posts.html import NoPostError
from newsletter.posts.pictures import bring_pictures, local_loader
from newsletter.posts.reader import is_feed, read_post
from newsletter.posts.source import CLIPBOARD, STANDARD_INPUT, Corrections, Source, open_source, read_clipboard
from newsletter.posts.value import Picture, Reading
from newsletter.workspace import Clinic

Choose = Callable[[Sequence[FeedEntry], str], Sequence[FeedEntry]]
"""Picks some of a feed's posts; the second argument is the feed's name."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A post that was read, from where, and its pictures."""

    place: str
    reading: Reading
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Reads sources.

    Attributes:
        clinic: whose contact lines need not be said again.
        choose: picks among a feed's posts.
        fetcher: gets what stands on the web.
        with_pictures: whether pictures on the web are fetched, too.
        corrections: what somebody has said before of lines such as these posts have.
    """

    clinic: Clinic
    choose: Choose
    fetcher: Fetcher
    with_pictures: bool = True
    corrections: Corrections = field(default_factory=dict)

    def gather(self, place: str, *, title: str = "") -> list[Gathered]:
        """Return the posts at `place`: a file, ``-``, ``clipboard``, or a web address.

        Raises:
            SourceError: nothing can be read there; it says what to do.
        """
        source = self.open(place)
        on_disk = place not in {STANDARD_INPUT, CLIPBOARD} and not source.url
        beside = Path(place).expanduser().parent if on_disk else None
        return self.read(source, place, title=title, beside=beside)

    def read(self, source: Source, place: str, *, title: str = "", beside: Path | None = None) -> list[Gathered]:
        """Return the posts of a source that is open already.

        Args:
            source: what was handed in.
            place: what to call it.
            title: the post's title, when the source does not say so.
            beside: the folder whose pictures it may show; without one, none of this machine.

        Raises:
            SourceError: nothing can be read in it; it says what to do.
        """
        source = self._corrected(source)
        if not is_feed(source):
            try:
                return [self._finished(place, read_post(source, self.clinic, title=title), beside)]
            except NoPostError as err:
                if not (err.feed and source.url):
                    raise
                source = self._corrected(self.fetcher.fetch(err.feed))
        chosen = self.choose(list_feed(source, self.clinic), place)
        return [self._finished(place, self._entry(entry, source), beside) for entry in chosen]

    def feed_of(self, source: Source) -> Source:
        """Return the feed of a page that was fetched and only lists posts; every other source is returned as it is.

        Raises:
            SourceError: the feed cannot be fetched.
        """
        if is_feed(source) or not source.url:
            return source
        try:
            read_post(source, self.clinic)
        except NoPostError as err:
            return self.fetcher.fetch(err.feed) if err.feed else source
        except SourceError:
            return source
        return source

    def open(self, place: str) -> Source:
        """Return what stands at `place`.

        Raises:
            SourceError: there is nothing, or it cannot be read or fetched.
        """
        if place == CLIPBOARD:
            return read_clipboard()
        if place.startswith(("https://", "http://")):
            return self.fetcher.fetch(place)
        return open_source(place)

    def _corrected(self, source: Source) -> Source:
        return replace(source, corrections=self.corrections)

    def _entry(self, entry: FeedEntry, source: Source) -> Reading:
        """Read a feed's post; when the feed has only its beginning, fetch the rest if the feed was fetched."""
        if entry.is_summary and entry.link and source.url:
            try:
                return read_post(self._corrected(self.fetcher.fetch(entry.link)), self.clinic)
            except SourceError:
                return read_entry(entry, source, self.clinic)
        return read_entry(entry, source, self.clinic)

    def _finished(self, place: str, reading: Reading, beside: Path | None) -> Gathered:
        load = local_loader(beside, self.fetcher.pictures() if self.with_pictures else None)
        return Gathered(place, *bring_pictures(reading, load))
