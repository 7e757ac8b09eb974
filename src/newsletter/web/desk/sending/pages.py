"""The pages on which an issue is tested, approved, sent, watched and reported on; they change nothing."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from newsletter.campaigns import CampaignState, find_campaign, known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.duty import is_seen_to
from newsletter.campaigns.report import people_csv
from newsletter.errors import ChangedError, NewsletterError
from newsletter.storage import Store
from newsletter.transports.outbox import written
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.frame import mail_frame
from newsletter.web.desk.look import Look
from newsletter.web.desk.room import Room
from newsletter.web.desk.sending.actions import Actions, Tests
from newsletter.web.desk.sending.draft import Wish, read_draft
from newsletter.web.desk.sending.faces import ANYBODY, campaign_face, draft_face, report_face
from newsletter.web.desk.sending.runner import Runner
from newsletter.web.desk.sending.stand import Phase, Stand, read_stand

_PAGE = "/issues/{slug}/send"
_MOST_MESSAGES = 200

_SOONEST = 0.5  # seconds between two looks, while something moves
_IDLE = 2.0
_SHARE = 5  # looking takes at most a fifth of the time, however many people there are
_HEARTBEAT = 15.0
_MOVING = {Phase.SENDING, Phase.COUNTDOWN, Phase.CANCELLING}


class Sending:
    """The part of the desk that sends."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._runner = Runner(room)
        self._tests = Tests(room.workspace)
        self._actions = Actions(room, self._runner, self._tests, self._show)

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        return [
            Route(_PAGE, self.page, methods=["GET"]),
            Route("/issues/{slug}/report", self.report),
            Route(f"{_PAGE}/news", self.news),
            Route(f"{_PAGE}/people.csv", self.people),
            Route(f"{_PAGE}/mail", self.mail),
            Route(f"{_PAGE}/test-mail/{{name}}", self.test_mail),
            Route(f"{_PAGE}/messages", self.messages),
            Route(f"{_PAGE}/messages/{{name}}", self.message),
            *self._actions.routes(_PAGE),
        ]

    def open(self) -> None:
        """Begin to send what is due, for as long as the desk is open."""
        self._runner.open()

    def close(self) -> None:
        """Let what is being sent come to a clean stop."""
        self._runner.close()

    def page(self, request: Request) -> Response:
        """Show how far the issue's sending is, and what can be done next."""
        return self._show(request, Wish.read(request.query_params))

    def _show(self, request: Request, wish: Wish, changed: ChangedError | None = None) -> Response:
        """Show the page; after a yes to something that has `changed`, with what that was."""
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._room.pages.missing(request, f"There is no issue named “{slug}” here.")
        as_of = self._room.changes.count
        proof = self._room.proofs.render(slug)
        with self._room.store() as store:
            stand = self._stand(store, slug)
            rest = wish.rest and stand is not None and stand.can_be_followed
            if stand is None or stand.phase is Phase.DRAFT or rest:
                draft = read_draft(self._room.workspace, store, proof, replace(wish, rest=rest))
                values = draft_face(self._room.workspace, store, proof, draft, stand)
                mistake = changed or proof.mistake
            else:
                values, mistake = self._campaign(store, stand), changed
        values |= {"as_of": as_of, "proof": proof, "tests": self._tests.of(slug)}
        return self._room.pages.page(request, "sending/page.html", values, mistake, 422 if changed else 200)

    def _campaign(self, store: Store, stand: Stand) -> dict[str, object]:
        slug = stand.campaign.slug
        trouble = None if stand.at_work else self._runner.trouble(slug)
        return campaign_face(self._room.workspace, store, stand, trouble, asking=self._runner.is_asking(slug))

    def _stand(self, store: Store, slug: str) -> Stand | None:
        """Return how the issue's campaign stands, if it has one."""
        campaign = find_campaign(store, slug)
        if campaign is None:
            return None
        at_work = self._runner.is_at_work(slug)
        if not at_work and campaign.state in {CampaignState.SENDING, CampaignState.CANCELLING}:
            at_work = is_seen_to(store, campaign)
        with store.read() as connection:
            waiting = self._runner.waiting(slug)
            return read_stand(connection, campaign, SYSTEM_CLOCK.now(), at_work=at_work, waiting=waiting)

    async def news(self, request: Request) -> Response:
        """Tell the page how the campaign moves, until the page or the desk goes away."""
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return Response("There is no such issue.", 404, media_type="text/plain")

        def look() -> Stand | None:
            with self._room.store() as store:
                return self._stand(store, slug)

        stream = _news(lambda: run_in_threadpool(look), self._room.changes)
        return StreamingResponse(stream, media_type="text/event-stream")

    def report(self, request: Request) -> Response:
        """Show what became of an issue, beside those before it."""
        slug = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            return self._room.pages.missing(request, f"There is no issue named “{slug}” here.")
        as_of, name = self._room.changes.count, self._room.proofs.read(slug).name
        values: dict[str, object] = {"as_of": as_of, "slug": slug, "issue_name": name, "report": None}
        with self._room.store() as store:
            stand = self._stand(store, slug)
            if stand is not None:
                values |= report_face(self._room.workspace, store, stand)
        return self._room.pages.page(request, "sending/report.html", values)

    def mail(self, request: Request) -> Response:
        """Show the mail that a campaign has frozen: the issue's files may say something else by now."""
        with self._room.store() as store:
            campaign = known_campaign(store, request.path_params["slug"])
        return mail_frame(campaign.message, Look(), ANYBODY)

    def people(self, request: Request) -> Response:
        """Return what became of each person's copy, as a table for a spreadsheet."""
        slug = request.path_params["slug"]
        with self._room.store() as store:
            campaign = known_campaign(store, slug)
            with store.read() as connection:
                table = people_csv(connection, campaign)
        name = {"Content-Disposition": f'attachment; filename="{campaign.slug}.csv"'}
        return Response(table, media_type="text/csv", headers=name)

    def test_mail(self, request: Request) -> Response:
        """Return a test that the outbox wrote, for the computer's own mail program to show."""
        path = self._tests.find(request.path_params["slug"], request.path_params["name"])
        if path is None:
            return self._room.pages.missing(request, "There is no such test.")
        return FileResponse(path, media_type="message/rfc822", filename=path.name)

    def messages(self, request: Request) -> Response:
        """List the messages that a practice send wrote, each to be opened."""
        slug = request.path_params["slug"]
        found = self._written(slug)
        if not found:
            return self._room.pages.missing(request, "There are no messages of this issue in the outbox.")
        values = {"as_of": self._room.changes.count, "slug": slug, "found": found, "most": _MOST_MESSAGES}
        folder = {"folder": str(self._room.workspace.outbox_dir / slug)}
        return self._room.pages.page(request, "sending/messages.html", values | folder)

    def message(self, request: Request) -> Response:
        """Return one of them, for the computer's own mail program to show."""
        slug, name = request.path_params["slug"], request.path_params["name"]
        path = next((path for path, _ in self._written(slug) if path.name == name), None)
        if path is None:
            return self._room.pages.missing(request, "There is no such message.")
        return FileResponse(path, media_type="message/rfc822", filename=path.name)

    def _written(self, slug: str) -> list[tuple[Path, str]]:
        if slug not in self._room.proofs.slugs():
            return []
        return written(self._room.workspace.outbox_dir / slug, _MOST_MESSAGES)


async def _news(look: Callable[[], Awaitable[Stand | None]], changes: Changes) -> AsyncIterator[str]:
    """Yield ``numbers`` with the figures as JSON when they changed, and ``face`` when the page looks otherwise now.

    https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    told, face, spoken = "", "", time.monotonic()
    yield "retry: 1000\n\n"
    while not changes.closed:
        begun = time.monotonic()
        stand = await _looked(look)
        if stand is not None:
            numbers = json.dumps(stand.numbers())
            face_now = stand.face
            if numbers != told:
                yield f"event: numbers\ndata: {numbers}\n\n"
            if face_now != face:
                yield f"event: face\ndata: {face_now}\n\n"
            if (numbers, face_now) != (told, face):
                told, face, spoken = numbers, face_now, time.monotonic()
        if time.monotonic() - spoken > _HEARTBEAT:
            spoken = time.monotonic()
            yield ": still here\n\n"
        pause = _SOONEST if stand and stand.phase in _MOVING else _IDLE
        await asyncio.sleep(max(pause, _SHARE * (time.monotonic() - begun)))


async def _looked(look: Callable[[], Awaitable[Stand | None]]) -> Stand | None:
    try:
        return await look()
    except NewsletterError:  # the database is busy: the next look tells
        return None
