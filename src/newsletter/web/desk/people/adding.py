"""Adding one person: with their words, and with a second look at an address that seems mistyped."""

from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.overview import has_database
from newsletter.errors import NewsletterError, SubscriberError
from newsletter.storage import Store
from newsletter.subscribers import addresses, records
from newsletter.subscribers.addresses import Address, check_address
from newsletter.subscribers.clinical import NEUTRAL_TAGS, is_clinical_tag
from newsletter.subscribers.records import Profile, Subscriber, find_subscriber
from newsletter.subscribers.suppression import Suppression, find_suppression
from newsletter.subscribers.tags import split_tags
from newsletter.web.desk.people import words
from newsletter.web.desk.people.census import Census
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.room import Room

_FIELDS = ("email", "first_name", "last_name", "language", "tags", "source", "wording", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Why somebody was not simply added, to be told above the form, which keeps what was typed.

    Attributes:
        meant: the address that was probably meant.
        doubt: what is odd about the address; it can be taken all the same.
        known: who has the address already.
        suppression: why the address must not be mailed, of which nothing else is known.
        clinical: the tags that look like health information.
    """

    mistake: NewsletterError | None = None
    meant: str = ""
    doubt: str = ""
    known: Subscriber | None = None
    suppression: Suppression | None = None
    clinical: tuple[str, ...] = ()


class Adding:
    """Answers the form for one new person."""

    def __init__(self, room: Room, census: Census) -> None:
        self._room = room
        self._census = census

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [Route("/people/add", self.ask), self._room.change("/people/add", self.add)]

    def ask(self, request: Request) -> Response:
        """Show the empty form."""
        return self._form(request, dict.fromkeys(_FIELDS, ""), Answer())

    def add(self, request: Request, form: FormData) -> Response:
        """Add the person, or say why not yet."""
        typed = {name: text(form, name) for name in _FIELDS}
        if "use_meant" in form:
            typed["email"] = text(form, "use_meant")
        if "drop_tags" in form:
            typed["tags"] = ", ".join(tag for tag in split_tags(typed["tags"]) if not is_clinical_tag(tag))
        try:
            with self._room.store() as store, store.write() as connection:
                address = check_address(typed["email"])
                answer = _second_look(connection, store, address, form)
                if answer is None:
                    person = _enter(connection, store, address, typed, pending="pending" in form)
                    said = f"{words.name_of(person)} is on the list."
                    return self._room.pages.go_on(f"/people/{person.id}", said)
        except SubscriberError as err:
            answer = Answer(mistake=err)
        kept = tuple(tag for tag in form.getlist("keep_tag") if isinstance(tag, str))
        return self._form(request, typed, answer, pending="pending" in form, kept_tags=kept)

    def _form(
        self,
        request: Request,
        typed: dict[str, str],
        answer: Answer,
        *,
        pending: bool = False,
        kept_tags: tuple[str, ...] = (),
    ) -> Response:
        values = {
            "as_of": self._room.changes.count,
            "typed": typed,
            "pending": pending,
            "answer": answer,
            "all_tags": self._all_tags(),
            "words": words,
            "neutral_tags": NEUTRAL_TAGS,
            "kept_tags": kept_tags,
            "zone": self._room.workspace.settings.clinic.timezone,
        }
        fine = answer == Answer()
        return self._room.pages.page(request, "people/add.html", values, answer.mistake, status=200 if fine else 422)

    def _all_tags(self) -> tuple[str, ...]:
        if not has_database(self._room.workspace):
            return ()
        with self._room.store() as store, store.read() as connection:
            return self._census.take(self._room.workspace, connection).tags


def _second_look(connection: Connection, store: Store, address: Address, form: FormData) -> Answer | None:
    """Return what a person should know before somebody with this address is added, if anything."""
    person = find_subscriber(connection, address.email)
    if person is not None:
        return Answer(known=person)
    suppression = find_suppression(connection, store.key, address.email)
    if suppression is not None and not text(form, "reason"):
        return Answer(suppression=suppression)
    doubt = addresses.address_warning(address.email)
    if doubt and text(form, "anyway") != address.email:
        return Answer(doubt=doubt, meant=addresses.likely_address(address.email))
    clinical = tuple(filter(is_clinical_tag, split_tags(text(form, "tags"))))
    kept = set(form.getlist("keep_tag"))
    if "drop_tags" not in form and not kept.issuperset(clinical):
        return Answer(clinical=clinical)
    return None


def _enter(
    connection: Connection, store: Store, address: Address, typed: dict[str, str], *, pending: bool
) -> Subscriber:
    if not typed["wording"]:
        hint = "Write down what they said or signed. It is kept as the evidence of their consent."
        raise SubscriberError("the words that they agreed to are missing", hint=hint)
    profile = Profile(
        first_name=typed["first_name"],
        last_name=typed["last_name"],
        language=typed["language"],
        tags=split_tags(typed["tags"]),
        source=typed["source"],
    )
    if find_suppression(connection, store.key, address.email) is not None:
        note = typed["reason"]
        return records.resubscribe(connection, store.key, address.email, profile, wording=typed["wording"], note=note)
    return records.add_subscriber(
        connection, store.key, address.email, profile, wording=typed["wording"], pending=pending
    )
