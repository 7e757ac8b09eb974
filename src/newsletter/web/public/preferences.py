"""Preferences: the page that a mailed link opens. Everything on it takes a button."""

import json
from collections.abc import Callable
from datetime import datetime

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns.clock import Clock
from newsletter.languages import language_name, languages
from newsletter.services import consent
from newsletter.services.consent import Preferences
from newsletter.storage import Store
from newsletter.subscribers.names import clean_language
from newsletter.subscribers.pausing import ONCE_A_MONTH
from newsletter.subscribers.records import Profile
from newsletter.subscribers.vocabulary import Status
from newsletter.web.public.pages import HEADERS, Form, Pages, field, known_topics, token_of, with_form
from newsletter.workspace import Workspace

Action = Callable[[Request, str, Form], Response]


class PreferencesPages:
    """``/preferences/<token>``."""

    def __init__(self, pages: Pages, store: Store, clock: Clock) -> None:
        self._pages, self._store, self._clock = pages, store, clock
        self._workspace: Workspace = pages.workspace
        self._choices = [*pages.workspace.settings.web.topics, (ONCE_A_MONTH, "")]

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/preferences/{token:path}", self._look, methods=["GET"]),
            Route("/preferences/{token:path}", with_form(self._act), methods=["POST"]),
        ]

    def _look(self, request: Request) -> Response:
        return self._shown(request, consent.find_preferences(self._store, token_of(request), clock=self._clock))

    def _act(self, request: Request, form: Form) -> Response:
        actions: dict[str, Action] = {
            "save": self._save,
            "pause": self._pause,
            "resume": self._resume,
            "copy": self._copy,
            "erase": self._erase,
        }
        action = actions.get(field(form, "do"))
        return action(request, token_of(request), form) if action else self._look(request)

    def _save(self, request: Request, token: str, form: Form) -> Response:
        language = field(form, "language")
        found = consent.change_preferences(
            self._store,
            token,
            Profile(
                first_name=field(form, "first_name"),
                last_name=field(form, "last_name"),
                language=language if language == clean_language(language) else "",
                tags=known_topics(form, self._choices),
            ),
            topics=[tag for tag, _ in self._choices],
            clock=self._clock,
        )
        return self._shown(request, found, "saved")

    def _pause(self, request: Request, token: str, _form: Form) -> Response:
        return self._shown(request, consent.pause(self._store, token, clock=self._clock), "paused")

    def _resume(self, request: Request, token: str, _form: Form) -> Response:
        return self._shown(request, consent.resume(self._store, token, clock=self._clock), "resumed")

    def _copy(self, request: Request, token: str, _form: Form) -> Response:
        found = consent.copy_of_data(self._store, token, clock=self._clock)
        if found is None:
            return self._shown(request, None)
        headers = HEADERS | {"Content-Disposition": 'attachment; filename="my-newsletter-data.json"'}
        body = json.dumps(found, ensure_ascii=False, indent=2)
        return Response(body, media_type="application/json; charset=utf-8", headers=headers)

    def _erase(self, request: Request, token: str, form: Form) -> Response:
        if field(form, "sure") != "yes":
            found = consent.find_preferences(self._store, token, clock=self._clock)
            return self._shown(request, found, "sure")
        if not consent.erase(self._workspace, self._store, token, clock=self._clock):
            return self._shown(request, None)
        return self._pages.page(request, "erased.html")

    def _shown(self, request: Request, found: Preferences | None, done: str = "") -> Response:
        if found is None:
            return self._pages.page(request, "link_expired.html", 404)
        person = found.person
        pages = self._pages.for_reader(person.language)
        language = pages.chosen(request)
        until = _day(found.paused_until, language) if found.paused_until else ""
        return pages.page(
            request,
            "preferences.html",
            person=person,
            is_subscribed=person.status is Status.SUBSCRIBED,
            choices=[(code, language_name(code)) for code in dict.fromkeys((*languages(), person.language)) if code],
            until=until,
            once_a_month=ONCE_A_MONTH,
            done=done,
        )


def _day(moment: datetime, language: str) -> str:
    return format_date(moment.date(), format="long", locale=language)
