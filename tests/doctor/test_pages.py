"""The doctor clicks an unsubscribe link that belongs to nobody, as a mail program would."""

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from newsletter.doctor.pages import look_at_pages
from newsletter.storage import Store
from newsletter.storage.people import subscribers
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.doctor.conftest import serving


def _look(address: str, key: bytes) -> tuple[str, str]:
    (verdict,) = look_at_pages(address, key)
    return verdict.level, verdict.words


def test_pages_that_work(workspace: Workspace, store: Store) -> None:
    """Its one click works, and takes nobody off the list."""
    add_people(store, 3)
    with serving(create_public_pages(workspace, store)) as address:
        assert _look(address, store.key)[0] == "ok"
    with store.read() as connection:
        assert set(connection.scalars(select(subscribers.c.status))) == {"subscribed"}


def test_pages_of_another_workspace(workspace: Workspace, store: Store) -> None:
    """Pages with another key answer, and would let nobody out: that is wrong."""
    with serving(create_public_pages(workspace, store)) as address:
        assert _look(address, b"x" * 32) == (
            "wrong",
            "something answers there, but it does not accept our unsubscribe links",
        )


def test_nobody_answers() -> None:
    """An address at which nobody answers is wrong."""
    assert _look("http://127.0.0.1:9", b"x" * 32)[0] == "wrong"


def test_server_in_front_that_meddles(store: Store) -> None:
    """A redirect, or a POST that is turned away, breaks one-click unsubscribe."""

    def shown(_request: Request) -> Response:
        return Response("A page")

    def moved(_request: Request) -> Response:
        return RedirectResponse("https://www.example.org/")

    for click, said in ((moved, "redirected"), (None, "answers 405")):
        routes = [Route("/u/{token}", shown, methods=["GET"])]
        routes += [Route("/u/{token}", click, methods=["POST"])] if click else []
        with serving(Starlette(routes=routes)) as address:
            level, words = _look(address, store.key)
        assert (level, said in words) == ("wrong", True)
