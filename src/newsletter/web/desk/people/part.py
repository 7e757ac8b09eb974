"""All that the desk does with people, put together from its parts."""

from starlette.routing import Route

from newsletter.web.desk.people.acting import Acting
from newsletter.web.desk.people.adding import Adding
from newsletter.web.desk.people.census import Census
from newsletter.web.desk.people.exporting import Exporting
from newsletter.web.desk.people.filters import Searches
from newsletter.web.desk.people.importing import Importing
from newsletter.web.desk.people.lists import Lists
from newsletter.web.desk.people.persons import Persons
from newsletter.web.desk.people.several import Several
from newsletter.web.desk.people.suppressed import Suppressed
from newsletter.web.desk.people.tags import Tags
from newsletter.web.desk.room import Room


class People:
    """The people's part of the desk."""

    def __init__(self, room: Room) -> None:
        searches, census = Searches(), Census()
        self._importing = Importing(room)
        self._parts = (
            Lists(room, searches, census),
            self._importing,
            Adding(room, census),
            Tags(room, searches),
            Exporting(room, searches),
            Suppressed(room),
            Persons(room, census),
            Acting(room),
            Several(room),
        )

    def open(self) -> None:
        """Begin: nothing that an earlier desk has left lies about."""
        self._importing.open()

    def close(self) -> None:
        """End: what is at work stops at a clean place, and uploaded files go."""
        self._importing.close()

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [route for part in self._parts for route in part.routes()]
