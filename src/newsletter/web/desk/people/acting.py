"""What can be done to one person; each change is told, with a way back where there is an honest one."""

from collections.abc import Sequence

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import SubscriberError, TransportError
from newsletter.formatting import counted
from newsletter.services.people import correct_address, erase, readmit_all, suppress_people, undo_suppressing
from newsletter.subscribers import people
from newsletter.subscribers.addresses import email_key
from newsletter.subscribers.editing import edit
from newsletter.subscribers.forgetting import Forgotten
from newsletter.subscribers.suppression import reason_for, suppress
from newsletter.subscribers.tagging import checked_tag, tag_these
from newsletter.subscribers.undoing import can_be_undone
from newsletter.subscribers.vocabulary import How, Reason, Status
from newsletter.transports.opening import open_transport
from newsletter.web.desk.notices import Undo
from newsletter.web.desk.people.choosing import text
from newsletter.web.desk.people.persons import known
from newsletter.web.desk.people.words import name_of, still_suppressed
from newsletter.web.desk.room import Room
from newsletter.workspace.leftovers import remove_leftovers

_EDITABLE = ("first_name", "last_name", "language")


class Acting:
    """Answers the forms on a person's page."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        actions = {
            "edit": self.edit,
            "address": self.correct_address,
            "confirm": self.confirm,
            "unsubscribe": self.unsubscribe,
            "bounced": self.mark_bounced,
            "unsubscribe/undo": self.take_back,
            "resubscribe": self.resubscribe,
            "resubscribe/undo": self.leave_again,
            "tag": self.tag,
            "untag": self.untag,
            "forget": self.forget,
        }
        return [self._room.change(f"/people/{{number:int}}/{path}", action) for path, action in actions.items()]

    def edit(self, request: Request, form: FormData) -> Response:
        """Correct a person's names and language."""
        with self._room.store() as store, store.write() as connection:
            before = known(request, connection)
            typed = {name: text(form, name) for name in _EDITABLE}
            after = edit(connection, before.id, **typed)
        if after == before:
            return self._go_on(request, "Nothing was changed.")
        undo = Undo(f"/people/{before.id}/edit", {name: getattr(before, name) for name in _EDITABLE})
        return self._go_on(request, "Saved.", undo)

    def confirm(self, request: Request, _form: FormData) -> Response:
        """Note that somebody has shown that the address is theirs."""
        with self._room.store() as store, store.write() as connection:
            person = known(request, connection)
            people.confirm(connection, person.id, how=How.COMMAND)
        if person.status is not Status.PENDING:
            return self._go_on(request, "Nothing was changed: they do not wait for this.")
        return self._go_on(request, f"{name_of(person)} is confirmed, and gets the next issue.")

    def correct_address(self, request: Request, form: FormData) -> Response:
        """Give a person another address."""
        with self._room.store() as store:
            with store.read() as connection:
                person = known(request, connection)
            done = correct_address(self._room.workspace, store, person.id, text(form, "email"), anyway="anyway" in form)
        before, after = done.before, done.after
        if after.email == before.email:
            return self._go_on(request, "Nothing was changed.")
        said = ["The address is corrected."]
        if done.is_other_address:
            said.append("Nothing more is sent to the old one, and no import adds it.")
        if after.status is not before.status:
            said.append("They are on the list again, because the new address did not bounce.")
        said += [done.withdrawn.in_words, still_suppressed(done.readmission_failure).strip()]
        # An address that bounced is refused from then on, so there is no way back to it.
        undo = Undo(f"/people/{person.id}/address", {"email": before.email, "anyway": "yes"})
        return self._go_on(request, " ".join(filter(None, said)), undo if after.status is before.status else None)

    def unsubscribe(self, request: Request, form: FormData) -> Response:
        """Take a person off the list."""
        return self._suppress(request, form, Reason.UNSUBSCRIBED, "is unsubscribed and gets nothing more.")

    def mark_bounced(self, request: Request, form: FormData) -> Response:
        """Note that a person's mailbox does not exist."""
        return self._suppress(request, form, Reason.BOUNCED, "is marked as bounced and gets nothing more.")

    def _suppress(self, request: Request, form: FormData, reason: Reason, said: str) -> Response:
        with self._room.store() as store:
            with store.read() as connection:
                person = known(request, connection)
            done = suppress_people(self._room.workspace, store, [person.id], reason, note=text(form, "reason"))
            with store.read() as connection:
                now = known(request, connection)
                can_undo = can_be_undone(connection, store.key, now)
        if not done.people:
            return self._go_on(request, f"Nothing was changed: {name_of(person)} already gets nothing.")
        undo = Undo(f"/people/{person.id}/unsubscribe/undo") if can_undo else None
        return self._go_on(request, f"{name_of(person)} {said} {done.withdrawn.in_words}".strip(), undo)

    def take_back(self, request: Request, _form: FormData) -> Response:
        """Undo an unsubscribe, or a mark as bounced, that was a mistake."""
        with self._room.store() as store:
            with store.read() as connection:
                person = known(request, connection)
            done = undo_suppressing(self._room.workspace, store, [person.id])
        told = f"Undone: {name_of(done.people[0])} is on the list as before. The history shows both."
        return self._go_on(request, told + still_suppressed(done.readmission_failure))

    def resubscribe(self, request: Request, form: FormData) -> Response:
        """Bring somebody back who asked for it."""
        wording, reason = text(form, "wording"), text(form, "reason")
        if not wording or not reason:
            hint = "Write down the words that they agree to this time, and how you know that they want to come back."
            raise SubscriberError("bringing somebody back takes both fields", hint=hint)
        with self._room.store() as store, store.write() as connection:
            person = known(request, connection)
            left_for = reason_for(connection, store.key, person.email) or Reason.UNSUBSCRIBED
            people.resubscribe(connection, store.key, person.email, wording=wording, note=reason)
        failure = readmit_all(self._room.workspace, [person.email])
        undo = Undo(f"/people/{person.id}/resubscribe/undo", {"left_for": left_for.value})
        told = f"{name_of(person)} is on the list again."
        return self._go_on(request, told + still_suppressed(failure), undo)

    def leave_again(self, request: Request, form: FormData) -> Response:
        """Take back bringing somebody back; this direction is always safe."""
        left_for = text(form, "left_for")
        reason = Reason(left_for) if left_for in set(Reason) else Reason.UNSUBSCRIBED
        with self._room.store() as store, store.write() as connection:
            person = known(request, connection)
            suppress(
                connection, store.key, person.email, reason, note="taken back: they had been brought back by mistake"
            )
        return self._go_on(request, f"Taken back: {name_of(person)} is mailed nothing. The history shows both.")

    def tag(self, request: Request, form: FormData) -> Response:
        """Give a person a tag."""
        tag = checked_tag(text(form, "tag"))
        with self._room.store() as store, store.write() as connection:
            person = known(request, connection)
            changed = tag_these(connection, [person.id], add=(tag,))
        undo = Undo(f"/people/{person.id}/untag", {"tag": tag}) if changed else None
        return self._go_on(
            request, f"The tag “{tag}” is given." if changed else f"They have the tag “{tag}” already.", undo
        )

    def untag(self, request: Request, form: FormData) -> Response:
        """Take a tag from a person."""
        tag = checked_tag(text(form, "tag"))
        with self._room.store() as store, store.write() as connection:
            person = known(request, connection)
            changed = tag_these(connection, [person.id], remove=(tag,))
        undo = Undo(f"/people/{person.id}/tag", {"tag": tag}) if changed else None
        return self._go_on(request, f"The tag “{tag}” is taken away." if changed else f"They had no tag “{tag}”.", undo)

    def forget(self, request: Request, form: FormData) -> Response:
        """Erase a person for good, if their address was typed as the yes."""
        with self._room.store() as store:
            with store.read() as connection:
                person = known(request, connection)
            if email_key(text(form, "address")) != email_key(person.email):
                hint = "Type their address as it stands on the page. Nothing was erased."
                raise SubscriberError("this is not their address", hint=hint)
            erased = erase(self._room.workspace, store, person.email)
        remove_leftovers(self._room.workspace)
        beyond = self._erase_at_sendgrid(erased.addresses) if form.get("at-sendgrid") else ""
        said = self._farewell(erased.rows, erased.files, compacted=erased.compacted)
        return self._room.pages.go_on("/people", said + beyond)

    def _farewell(self, erased: Forgotten, files: int, *, compacted: bool) -> str:
        copies = (
            (erased.consents, "entry of their history", "entries of their history"),
            (erased.deliveries, "copy of their address in what was sent", "copies of their address in what was sent"),
            (files, "message in the outbox", "messages in the outbox"),
        )
        told = ["Erased: their record", *(counted(number, one, several) for number, one, several in copies if number)]
        kept = "What is kept is a fingerprint of the address, which nobody can read: no import can bring them back."
        busy = (
            "" if compacted else " The database was in use, so traces may be left in its file until it is erased again."
        )
        return f"{', '.join(told)}. {kept}{busy}"

    def _erase_at_sendgrid(self, emails: Sequence[str]) -> str:
        """Have SendGrid erase them; what is erased here stays erased either way."""
        try:
            transport = open_transport(self._room.workspace, "sendgrid")
            if transport.erasure:
                transport.erasure.erase(list(emails))
        except TransportError as err:
            return f" At SendGrid they are not erased yet: {err.what}. Its support can do that."
        return " SendGrid has taken the request to erase them, too."

    def _go_on(self, request: Request, said: str, undo: Undo | None = None) -> Response:
        return self._room.pages.go_on(f"/people/{request.path_params['number']}", said, undo)
