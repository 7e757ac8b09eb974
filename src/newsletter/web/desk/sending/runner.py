"""Sending in the background: threads of the desk that do what `newsletter send` and `run-due` do.

A thread that dies, or a desk that is closed, loses nothing: the ledger knows how far the
campaign is, and the lock goes with the process. Closing the desk politely lets what is in
the air land first.
"""

import threading
from collections.abc import Callable

from newsletter.campaigns import Campaign, find_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.duty import left_to_workers
from newsletter.campaigns.overview import has_database
from newsletter.campaigns.schedule import due_campaigns, next_due
from newsletter.campaigns.sender import Waiting
from newsletter.errors import BusyError, NewsletterError
from newsletter.services.sending import send_queued
from newsletter.storage import Store
from newsletter.web.desk.room import Room

_LONGEST_NAP = 20.0  # seconds: a campaign may have been scheduled by a command meanwhile
_SHORTEST_NAP = 0.2
_AFTER_TROUBLE = 2.0
_ASKING = " asking"  # no slug has a blank

Work = Callable[[Store, Campaign], object]


class Runner:
    """Sends campaigns that were started here, and those whose time comes while the desk is open."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._threads: dict[str, threading.Thread] = {}
        self._troubles: dict[str, NewsletterError] = {}
        self._waits: dict[str, Waiting] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._news = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="due", daemon=True)

    def open(self) -> None:
        """Begin to watch for campaigns whose time has come."""
        self._watcher.start()

    def close(self) -> None:
        """Let what is in the air land, and stop; what is left goes on with `resume`."""
        self._stop.set()
        self._news.set()
        self._watcher.join()
        for thread in list(self._threads.values()):
            thread.join()

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._news.set()

    def is_at_work(self, slug: str) -> bool:
        """Whether a thread of this desk is busy with the issue."""
        return self._is_alive(slug)

    def trouble(self, slug: str) -> NewsletterError | None:
        """Return what kept the last attempt from coming to its end, if anything did."""
        return self._troubles.get(slug)

    def note_trouble(self, slug: str, trouble: NewsletterError) -> None:
        """Keep what kept a person from what they wanted, for the page to show with the way out."""
        self._troubles[slug] = trouble

    def forget_trouble(self, slug: str) -> None:
        """Take it that what kept the last attempt from coming to its end is settled."""
        self._troubles.pop(slug, None)

    def waiting(self, slug: str) -> Waiting | None:
        """Return why the sending of an issue waits at this moment, if it does."""
        return self._waits.get(slug)

    def go(self, slug: str) -> None:
        """Send what is queued of an issue's campaign, unless that is being done already."""
        self._begin(slug, self._send)

    def ask(self, slug: str, question: Work) -> None:
        """Ask the carrier something long about an issue's campaign, beside whatever else goes on."""
        self._begin(slug, question, _ASKING)

    def is_asking(self, slug: str) -> bool:
        """Whether a question about the issue is under way."""
        return self._is_alive(slug + _ASKING)

    def _is_alive(self, name: str) -> bool:
        thread = self._threads.get(name)
        return thread is not None and thread.is_alive()

    def _begin(self, slug: str, work: Work, purpose: str = "") -> None:
        with self._lock:
            if self._is_alive(slug + purpose) or self._stop.is_set():
                return
            self._troubles.pop(slug, None)
            thread = threading.Thread(target=self._try, args=(slug, work), name=f"{slug}{purpose}")
            self._threads[thread.name] = thread
            thread.start()

    def _try(self, slug: str, work: Work) -> None:
        try:
            with self._room.store() as store:
                campaign = find_campaign(store, slug)
                if campaign is not None:
                    work(store, campaign)
        except (BusyError, KeyboardInterrupt):
            return  # another process is at it, or the desk is being closed
        except NewsletterError as trouble:
            self._troubles[slug] = trouble

    def _send(self, store: Store, campaign: Campaign) -> None:
        if left_to_workers(store, campaign):
            return
        on_wait = self._note_wait(campaign.slug)
        try:
            send_queued(self._room.workspace, store, campaign, stop=self._stop, on_wait=on_wait)
        finally:
            self._waits.pop(campaign.slug, None)

    def _note_wait(self, slug: str) -> Callable[[Waiting | None], None]:
        def note(waiting: Waiting | None) -> None:
            if waiting is None:
                self._waits.pop(slug, None)
            else:
                self._waits[slug] = waiting

        return note

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            try:
                nap = self._start_due()
            except NewsletterError:  # the database is busy or damaged; the pages tell
                nap = _AFTER_TROUBLE
            self._news.wait(nap)

    def _start_due(self) -> float:
        """Start what is due and not late; return for how many seconds nothing more is due."""
        if not has_database(self._room.workspace):
            return _LONGEST_NAP
        now = SYSTEM_CLOCK.now()
        with self._room.store() as store:
            for due in due_campaigns(store, now):
                slug = due.campaign.slug
                if not due.late and slug not in self._troubles:  # after trouble a person decides
                    self.go(slug)
            coming = next_due(store, now)
        seconds = (coming - now).total_seconds() if coming else _LONGEST_NAP
        return min(max(seconds, _SHORTEST_NAP), _LONGEST_NAP)
