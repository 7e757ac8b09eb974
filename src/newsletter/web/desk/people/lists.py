"""The list of people: search, filters, order, pages."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsletter.campaigns.overview import has_database
from newsletter.storage import Store
from newsletter.subscribers import listing
from newsletter.subscribers.records import Subscriber
from newsletter.web.desk.people import words
from newsletter.web.desk.people.census import Census, Counts
from newsletter.web.desk.people.filters import ON_A_PAGE, ListFilter, Searches
from newsletter.web.desk.room import Room

_COUNTED = 1_000
"""Of more people than this a search only says that they are more: counting them would take a while."""


@dataclass(frozen=True, slots=True)
class Found:
    """The people on one page, and how many are found altogether.

    Attributes:
        total: how many; the least there are, where `at_least`.
    """

    people: list[Subscriber]
    total: int
    at_least: bool
    is_last: bool


class Lists:
    """Answers requests to look through the list."""

    def __init__(self, room: Room, searches: Searches, census: Census) -> None:
        self._room = room
        self._searches = searches
        self._census = census

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/people", self.people)]

    def people(self, request: Request) -> Response:
        """Show the people whom the address asks for, or how to begin when there are none."""
        asked = dict(request.query_params)
        if "search" in asked:  # what was typed does not stay in the address
            filters = ListFilter.read(asked | {"for": self._searches.remember(asked["search"])}, self._searches)
            return RedirectResponse(filters.address(), status_code=303)
        as_of = self._room.changes.count
        filters = ListFilter.read(asked, self._searches)
        counts, found = self._look(filters)
        values = {
            "as_of": as_of,
            "filters": filters,
            "counts": counts,
            "found": found,
            "words": words,
            "zone": self._room.workspace.settings.clinic.timezone,
        }
        return self._room.pages.page(request, "people/list.html", values)

    def _look(self, filters: ListFilter) -> tuple[Counts, Found]:
        if not has_database(self._room.workspace):  # nobody's looking makes a database
            return Counts({}, ()), Found([], 0, at_least=False, is_last=True)
        with self._room.store() as store:
            with store.read() as connection:
                counts = self._census.take(self._room.workspace, connection)
            return counts, _find(store, filters, counts)


def _find(store: Store, filters: ListFilter, counts: Counts) -> Found:
    order, backwards = filters.order
    with store.read() as connection:
        rows = listing.people(
            connection, filters.query, order=order, backwards=backwards, limit=ON_A_PAGE + 1, skip=filters.skip
        )
        found = list(rows)
        shown, is_last = found[:ON_A_PAGE], len(found) <= ON_A_PAGE
        if not (filters.search or filters.tag):
            total = counts.by_status[filters.status] if filters.status else counts.total
        elif is_last and (found or filters.page == 1):
            total = filters.skip + len(found)
        else:
            total = listing.count(connection, filters.query, most=_COUNTED + 1)
            return Found(shown, min(total, _COUNTED), at_least=total > _COUNTED, is_last=is_last)
    return Found(shown, total, at_least=False, is_last=is_last)
