"""A worker: it sees to whatever a PostgreSQL database has to do, beside any number of others.

There is no queue of jobs: the ledger says what is to be sent, and each worker looks there
every second. A worker that is killed needs no tidying; see `newsletter.campaigns.sender`.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from threading import Event

from newsletter.campaigns import Campaign, CampaignState
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.duty import in_need, went_quiet
from newsletter.campaigns.lock import is_being_sent
from newsletter.campaigns.records import reread
from newsletter.campaigns.schedule import due_campaigns, unfinished_cancellings
from newsletter.campaigns.syncing import sync_again
from newsletter.errors import BusyError, NewsletterError, StoreError
from newsletter.formatting import counted
from newsletter.services.sending import cancel_campaign, send_queued
from newsletter.services.upkeep import tend
from newsletter.storage import Store
from newsletter.storage.session import Lock
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace

_POLL = 1.0  # seconds between two looks into the ledger
_CHORES = 300.0  # seconds between two rounds of what one of the workers does for all
_AGAIN = 5.0  # seconds before a campaign that was seen to is looked at again
_AFTER_TROUBLE = 60.0

Say = Callable[[str], None]


class Worker:
    """Sends what is to be sent, each campaign in a thread of its own, and does the chores.

    Args:
        workspace: whose settings and secrets are used.
        store: a PostgreSQL database.
        say: gets a line about whatever a person should know.
    """

    def __init__(self, workspace: Workspace, store: Store, say: Say) -> None:
        self._workspace = workspace
        self._store = store
        self._say = say
        self._threads: dict[int, threading.Thread] = {}
        self._rests_until: dict[int, float] = {}
        self._waits_for_a_person: set[int] = set()
        self._next_chores = 0.0

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; what is in the air then is still closed."""
        while not stop.is_set():
            try:
                with self._store.with_session() as here:
                    self._be_on_duty(here, stop)
            except StoreError as err:
                self._say(f"{err.what}; trying again")
            stop.wait(_AGAIN)  # unless it is asked to stop, it has lost the server
        for thread in self._threads.values():
            thread.join()

    def _be_on_duty(self, here: Store, stop: Event) -> None:
        """Look for work as long as the server takes this process for alive; afterwards it has to come in anew."""
        if here.session is None or not here.session.lock(Lock.DUTY, 0, shared=True):
            return
        while not stop.is_set() and here.is_at_work():
            for campaign in self._to_send():
                self._begin(campaign, stop)
            if time.monotonic() >= self._next_chores and here.session.lock(Lock.DUTY, 1):
                self._do_chores()
                self._next_chores = time.monotonic() + _CHORES
            stop.wait(_POLL)

    # --- Sending ----------------------------------------------------------------------

    def _to_send(self) -> list[Campaign]:
        now = SYSTEM_CLOCK.now()
        found = [(due.campaign, due.late) for due in due_campaigns(self._store, now)]
        found += [(each, went_quiet(self._store, each, now)) for each in in_need(self._store, now)]
        return [campaign for campaign, is_late in found if not self._is_for_a_person(campaign, is_late=is_late)]

    def _is_for_a_person(self, campaign: Campaign, *, is_late: bool) -> bool:
        """Say once that a campaign is too late to be sent without a word."""
        if not is_late:
            self._waits_for_a_person.discard(campaign.id)
        elif campaign.id not in self._waits_for_a_person:
            self._waits_for_a_person.add(campaign.id)
            what = "is overdue" if campaign.state is CampaignState.SCHEDULED else "was interrupted"
            self._say(f"{campaign.slug} {what} for more than an hour. To send it: newsletter resume {campaign.slug}")
        return is_late

    def _begin(self, campaign: Campaign, stop: Event) -> None:
        thread = self._threads.get(campaign.id)
        is_busy = thread is not None and thread.is_alive()
        if is_busy or time.monotonic() < self._rests_until.get(campaign.id, 0):
            return
        thread = threading.Thread(target=self._send, args=(campaign, stop), name=campaign.slug)
        self._threads[campaign.id] = thread
        thread.start()

    def _send(self, campaign: Campaign, stop: Event) -> None:
        rest = _AGAIN
        try:
            self._say(f"{campaign.slug}: sending")
            send_queued(self._workspace, self._store, campaign, stop=stop, on_duty=True)
            self._say(f"{campaign.slug}: {reread(self._store, campaign).state}")
        except BusyError:
            rest = _POLL
        except KeyboardInterrupt:
            self._say(f"{campaign.slug}: stopped here; everything so far is recorded")
        except StoreError as err:  # others go on meanwhile
            self._say(f"{campaign.slug}: {err.what}")
        except NewsletterError as err:
            self._say(f"{campaign.slug}: {err}")
            rest = _AFTER_TROUBLE
        except Exception as err:  # noqa: BLE001 - an error's own words may quote an address
            self._say(f"{campaign.slug}: {type(err).__name__}")
            rest = _AFTER_TROUBLE
        self._rests_until[campaign.id] = time.monotonic() + rest

    # --- Chores -------------------------------------------------------------------------

    def _do_chores(self) -> None:
        for chore in (self._end_cancellings, self._tend, self._sync):
            try:
                chore()
            except NewsletterError as err:
                self._say(err.what)
            except Exception as err:  # noqa: BLE001 - as in _send; the worker goes on sending
                self._say(type(err).__name__)

    def _end_cancellings(self) -> None:
        for campaign in unfinished_cancellings(self._store):
            if not is_being_sent(self._store, campaign):
                done = cancel_campaign(self._workspace, self._store, campaign.slug)
                self._say(f"{campaign.slug}: canceled, {counted(done.stopped, 'message', 'messages')} stopped")

    def _tend(self) -> None:
        done = tend(self._workspace, self._store, inbox=True)
        for line in (*done.notes, *done.waits, *(err.what for err in done.errors)):
            self._say(line)

    def _sync(self) -> None:
        with contextlib.closing(open_transport(self._workspace)) as transport:
            if not sync_again(self._store, transport):
                self._say("SendGrid's suppressions could not be read; it keeps to them itself")
