"""The description of the public pages (OpenAPI): it names every page, and nothing is answered that is not in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from newsletter.archive import Archive
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.public import create_public_pages
from newsletter.workspace import open_workspace
from tests.fakes.sendgrid import fake_sendgrid
from tests.fakes.sendgrid.webhook import Webhook
from tests.web.public.visiting import Visit, Visitor

DESCRIBED = yaml.safe_load(
    (Path(__file__).parents[3] / "docs" / "developers" / "public-pages.openapi.yaml").read_text("utf-8")
)["paths"]
OPERATIONS = [(path, method) for path, item in DESCRIBED.items() for method in item if method != "parameters"]


class Everything:
    """The public pages with all that can be turned on, and what is stored behind them."""

    def __init__(self, visitor: Visitor, app: Starlette) -> None:
        self.visitor, self.app = visitor, app
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)

    def rows(self) -> list[object]:
        with self.visitor.store.read() as connection:
            tables = ("subscribers", "consents", "suppressions", "requests", "pauses", "events", "facts")
            return [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]  # noqa: S608


@pytest.fixture
def everything(visit: Visit) -> Iterator[Everything]:
    visitor = visit("[archive]\npublic = true")
    workspace = open_workspace(visitor.workspace.root)
    visitor.subscribe()
    with fake_sendgrid() as account:
        app = create_public_pages(
            workspace,
            visitor.store,
            archive=Archive(workspace, visitor.store),
            verifier=Verifier(Webhook(account, "http://unused.example.org").key),
        )
        yield Everything(visitor, app)


def test_all_pages_are_described(everything: Everything) -> None:
    """Neither the app nor the description has a page that the other one lacks."""
    plain = re.compile(r"\{rest:path\}|:path")
    routes = [route for route in everything.app.routes if isinstance(route, Route)]
    found = {(plain.sub("", route.path), one.lower()) for route in routes for one in route.methods or ()}
    assert {one for one in found if one[1] != "head"} == set(OPERATIONS)


ANY_BODY = st.one_of(
    st.binary(max_size=500),
    st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=5).map(lambda form: _form(form).encode()),
)
ANY_HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Accept-Language", "X-Twilio-Email-Event-Webhook-Timestamp", "Cookie"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
)


def _form(fields: dict[str, str]) -> str:
    return "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items())


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_request_gets_a_described_answer(
    everything: Everything, path: str, method: str, data: st.DataObject
) -> None:
    """Whatever bytes are in path, headers and body: the answer is in the description, and nothing is stored."""
    before = everything.rows()
    part = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
    address = re.sub(r"\{\w+\}", lambda _: quote(data.draw(part), safe=""), path)
    headers: dict[str, Any] = data.draw(ANY_HEADERS)
    body = data.draw(ANY_BODY) if method == "post" else None
    answer = everything.client.request(method.upper(), address, headers=headers, content=body)
    expected = {int(status) for status in DESCRIBED[path][method]["responses"]}
    # Parts of a path such as ".", or a slash that is written out, make it another page's.
    assert answer.status_code in expected | ({404, 405} if "{" in path else set())
    assert answer.status_code < 500
    if method == "get":
        assert everything.client.head(address, headers=headers).status_code == answer.status_code
    assert everything.rows() == before
