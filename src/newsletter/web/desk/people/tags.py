"""Tags: which there are; giving one to everybody who is looked for, or taking it from them."""

import secrets
from array import array
from collections import OrderedDict
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import SubscriberError
from newsletter.formatting import counted
from newsletter.subscribers import listing
from newsletter.subscribers.clinical import NEUTRAL_TAGS, is_clinical_tag
from newsletter.subscribers.tagging import checked_tag, tag_all, tag_these, untag_all
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.people import words
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.people.filters import ListFilter, Searches
from newsletter.web.desk.room import Room

_KEPT = 10


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done, to be taken back: of these people, and of no others."""

    tag: str
    was_given: bool
    people: "array[int]"


class Tags:
    """Answers requests about tags."""

    def __init__(self, room: Room, searches: Searches) -> None:
        self._room = room
        self._searches = searches
        self._done: OrderedDict[str, _Done] = OrderedDict()

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route("/people/tags", self.show),
            Route("/people/tagging", self.ask),
            self._room.change("/people/tagging", self.change),
            self._room.change("/people/tagging/undo", self.undo),
        ]

    def show(self, request: Request) -> Response:
        """Show all tags, and how many people have each."""
        with self._room.store() as store, store.read() as connection:
            tags = listing.by_tag(connection)
        values = {"as_of": self._room.changes.count, "tags": tags, "filters": ListFilter()}
        return self._room.pages.page(request, "people/tags.html", values)

    def ask(self, request: Request) -> Response:
        """Ask which tag the people who are looked for are to get or lose; say how many they are."""
        filters = ListFilter.read(request.query_params, self._searches).known()
        with self._room.store() as store, store.read() as connection:
            number = listing.count(connection, filters.query)
            tags = listing.tags_in_use(connection)
        values = {
            "as_of": self._room.changes.count,
            "filters": filters,
            "number": number,
            "all_tags": tags,
            "words": words,
        }
        return self._room.pages.page(request, "people/tagging.html", values)

    def change(self, _request: Request, form: FormData) -> Response:
        """Change the tags of everybody who is looked for, if they are still as many as were shown."""
        filters = ListFilter.read({name: text(form, name) for name in ("for", "status", "tag")}, self._searches).known()
        tag, gives = checked_tag(text(form, "name")), text(form, "what") != "take"
        with self._room.store() as store, store.write() as connection:
            number = listing.count(connection, filters.query)
            if str(number) != text(form, "number"):
                hint = "Go back to the list, look who they are, and do it again."
                raise SubscriberError(
                    f"the list has changed: these are now {counted(number, 'person', 'people')}", hint=hint
                )
            changed = (tag_all if gives else untag_all)(connection, filters.query, tag)
        changing = counted(len(changed), "person", "people")
        said = f"The tag “{tag}” was {'given to' if gives else 'taken from'} {changing}."
        if len(changed) < number:
            unchanged = counted(number - len(changed), "person", "people")
            said += f" {unchanged} {'had it already' if gives else 'did not have it'}."
        if gives and is_clinical_tag(tag):
            said += f" It looks like health information. {NEUTRAL_TAGS}"
        undo = Undo("/people/tagging/undo", {"done": self._remember(_Done(tag, gives, changed))}) if changed else None
        return self._room.pages.go_on("/people/tags", said, undo)

    def undo(self, _request: Request, form: FormData) -> Response:
        """Take back a change of tags, once."""
        done = self._done.pop(text(form, "done"), None)
        if done is None:
            hint = "It was taken back already, or too much has happened since. Look for the people, and change the tag."
            raise SubscriberError("this can no longer be taken back", hint=hint)
        with self._room.store() as store, store.write() as connection:
            tags = {"remove": (done.tag,)} if done.was_given else {"add": (done.tag,)}
            number = tag_these(connection, done.people, **tags)
        return self._room.pages.go_on("/people/tags", f"Taken back, for {counted(number, 'person', 'people')}.")

    def _remember(self, done: _Done) -> str:
        name = secrets.token_urlsafe(8)
        self._done[name] = done
        while len(self._done) > _KEPT:
            self._done.popitem(last=False)
        return name
