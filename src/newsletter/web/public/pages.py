"""How every public page is made: its language, its clinic, its headers; and how a form is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from newsletter.languages import accepted_languages, best_language, language_name, languages
from newsletter.pages import translated_templates
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

_LONGEST_TOKEN = 200  # characters; the longest has 48, and mail programs add little
_LARGEST_FORM = 64 * 1024  # bytes
_MOST_FIELDS = 100
_STYLE = Path(__file__).with_name("public.css")
_COLORS = {"paper": "canvas", "card": "paper", "ink": "ink", "muted": "quiet", "accent": "accent"}
_COLORS |= {"on-accent": "on_accent", "line": "line"}

Form = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Pages:
    """Makes the pages of one clinic; `language` is the reader's own, where it is known."""

    workspace: Workspace
    language: str = ""

    def page(self, request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page in the language that its reader asked for, has chosen, or has set in the browser."""
        web, language = self.workspace.settings.web, self.chosen(request)
        base = urlsplit(web.public_url).path.rstrip("/")
        others = [(code, language_name(code)) for code in languages() if code != language]
        names = {"clinic": self.workspace.settings.clinic, "web": web, "base": base, "language": language}
        switch = others if request.method in {"GET", "HEAD"} and status == 200 else []
        text = (
            translated_templates("newsletter.web.public", language)
            .get_template(template)
            .render(**names, languages=switch, **values)
        )
        return HTMLResponse(text, status, HEADERS)

    def chosen(self, request: Request) -> str:
        """Return the language of the page."""
        browser = accepted_languages(request.headers.get("accept-language", ""))
        return best_language([request.query_params.get("lang", "")[:20], self.language, *browser])

    def for_reader(self, language: str) -> "Pages":
        """Return the same for a reader whose language is known."""
        return replace(self, language=language)

    def unknown(self, request: Request) -> HTMLResponse:
        """Return the page for a link that does not work."""
        return self.page(request, "unknown.html", 404)

    def style(self) -> Response:
        """Return the style sheet, in the colors of the clinic's theme."""
        text = _STYLE.read_text("utf-8") + _colors(self.workspace)
        return Response(text, media_type="text/css", headers=HEADERS | {"Cache-Control": "public, max-age=300"})


def _colors(workspace: Workspace) -> str:
    """Return the theme's colors as CSS; nothing if the theme has a mistake: the pages have to work anyway."""
    try:
        colors = open_theme(workspace).tokens["colors"]
    except Exception:  # noqa: BLE001 - a theme can be wrong in more ways than any list has
        return ""
    light, dark = (
        "".join(f"--{name}:{colors[scheme][color]};" for name, color in _COLORS.items()) for scheme in ("light", "dark")
    )
    return f"\n:root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def token_of(request: Request) -> str:
    """Return the token of a link; what is too long to be one is none."""
    token = str(request.path_params["token"])
    return token if len(token) <= _LONGEST_TOKEN else ""


# --- Forms -----------------------------------------------------------------------------


def with_form(answer: Callable[[Request, Form], Response]) -> Callable[..., object]:
    """Return an endpoint that reads a form of limited size, and answers in a thread."""

    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request, _LARGEST_FORM)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        return await run_in_threadpool(answer, request, _parse(body))

    return endpoint


async def read_body(request: Request, largest: int) -> bytes | None:
    """Read the body as it is, byte for byte, or nothing if there is too much of it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


def _parse(body: bytes) -> Form:
    """Return the fields of a form; what is no form has none."""
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def field(form: Form, name: str, longest: int = 300) -> str:
    """Return what was typed into a field, without surrounding space."""
    return form.get(name, [""])[0].strip()[:longest]


def known_topics(form: Form, topics: Iterable[tuple[str, str]]) -> list[str]:
    """Return those of the offered topics that were ticked."""
    ticked = set(form.get("topic", []))
    return [tag for tag, _ in topics if tag in ticked]
