"""What scanners, forgers and noise do to the public pages: nothing, and never an error of ours."""

import contextlib
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from newsletter.storage import store as storing
from newsletter.storage.copies import database_file
from newsletter.subscribers.tokens import (
    Leave,
    confirm_token,
    form_age,
    form_token,
    preferences_token,
    read_confirm_token,
    read_preferences_token,
    read_token,
    read_undo_token,
    undo_token,
    unsubscribe_token,
)
from tests.web.public.visiting import ANA, Visit, Visitor, hidden

KEY = bytes(range(32))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
FORMS = ["/subscribe", "/undo", "/why", "/preferences/x", "/confirm/x", "/u/x", "/u/x/preferences"]
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Links:
    """One link of each kind, all of them good, and what they lead to."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.unsubscribe = visitor.subscribe()
        self.preferences = visitor.open_preferences(self.unsubscribe)
        visitor.fill_in("ben@example.org")
        self.confirm = visitor.link()

    def everything(self) -> list[str]:
        links = [self.unsubscribe, self.preferences, self.confirm, f"{self.unsubscribe}/preferences"]
        return [*links, "/", "/subscribe", "/healthz", "/public.css", "/undo", "/why"]

    def rows(self) -> list[object]:
        """Return all that is stored about people."""
        with self.visitor.store.read() as connection:
            tables = ("subscribers", "consents", "suppressions", "requests", "pauses")
            return [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]  # noqa: S608


@pytest.fixture
def links(visitor: Visitor) -> Links:
    return Links(visitor)


@pytest.mark.heavy
def test_a_thousand_looks_write_nothing(links: Links) -> None:
    """GET and HEAD, a thousand of each link, run no statement that writes, and HEAD is answered as GET."""
    written: list[str] = []
    event.listen(
        links.visitor.store.engine,
        "before_cursor_execute",
        lambda _c, _u, sql, *_: written.append(sql) if sql.lstrip().upper().startswith(WRITES) else None,
    )
    before = links.rows()
    for path in links.everything():
        looked = {(links.visitor.client.get(path).status_code, links.visitor.client.head(path).status_code)}
        for _ in range(100 if path in {"/", "/subscribe", "/public.css"} else 499):
            links.visitor.client.get(path)
            links.visitor.client.head(path)
        [(get, head)] = looked
        assert get == head
    assert written == []
    assert links.rows() == before


def readers() -> list[tuple[str, Callable[[str], object]]]:
    now = NOW
    return [
        (unsubscribe_token(KEY, 5), lambda text: read_token(KEY, text)),
        (confirm_token(KEY, 5), lambda text: read_confirm_token(KEY, text)),
        (preferences_token(KEY, 5, now), lambda text: read_preferences_token(KEY, text, now)),
        (undo_token(KEY, Leave(5, 2, held=False), now), lambda text: read_undo_token(KEY, text, now)),
        (form_token(KEY, "Yes.", now), lambda text: form_age(KEY, "Yes.", text, now)),
    ]


@given(st.integers(0, 4), st.integers(0, 4))
def test_no_token_is_good_for_another_purpose(one: int, other: int) -> None:
    """A token is read by its own reader and by no other."""
    tokens = readers()
    assert (tokens[other][1](tokens[one][0]) is not None) is (one == other)


@given(st.integers(0, 4), st.data())
def test_forged_tokens_are_none(kind: int, data: st.DataObject) -> None:
    """A changed letter, a missing one, a swapped half or noise: none of them is read."""
    made = readers()
    token, read = made[kind]
    others = [each for each, _ in made if each != token]
    place = data.draw(st.integers(0, len(token) - 1))
    forged = data.draw(
        st.one_of(
            st.sampled_from(LETTERS).map(lambda letter: token[:place] + letter + token[place + 1 :]),
            st.just(token[:place]),
            st.just(token[:place] + token[place + 1 :]),
            st.sampled_from(others).map(lambda other: token[:place] + other[place:]),
            st.text(LETTERS, min_size=len(token), max_size=len(token)),
            st.text(max_size=300),
        )
    )
    if token not in forged:
        assert read(forged) is None


@pytest.mark.slow
def test_a_hundred_thousand_forged_tokens(links: Links) -> None:
    """Changed, cut, doubled, swapped or made up: none is read, and no page that is asked for one fails."""
    dice = random.Random(8058)  # noqa: S311 - repeatable, not secret
    made = readers()
    tokens = [token for token, _ in made]

    def forged() -> str:
        token, other = dice.sample(tokens, 2)
        place = dice.randrange(len(token))
        return dice.choice(
            [
                token[:place] + dice.choice(LETTERS) + token[place + 1 :],
                token[:place],
                token[:place] + token[place + dice.randint(1, 5) :],
                token[:place] + other[place:],
                token[place:] + token[:place][::-1],
                "".join(dice.choices(LETTERS, k=len(token))),
            ]
        )

    several = [text for text in (forged() for _ in range(110_000)) if not any(token in text for token in tokens)]
    assert len(several) >= 100_000
    assert [text for text in several if any(read(text) is not None for _, read in made)] == []
    before = links.rows()
    for text in several[:60]:
        for path in (f"/u/{text}", f"/u/{text}/preferences", f"/confirm/{text}", f"/preferences/{text}"):
            assert links.visitor.client.post(path, data={"do": "pause"}).status_code == 404
    assert links.rows() == before


@pytest.mark.parametrize("hours", [-1, 24.1, 24 * 365 * 30])
def test_tokens_of_other_times_are_none(hours: float) -> None:
    """What has expired, and what was made by a clock that is far ahead, opens nothing."""
    now = NOW
    then = now + timedelta(hours=hours)
    assert read_preferences_token(KEY, preferences_token(KEY, 5, now), then) is None
    assert read_undo_token(KEY, undo_token(KEY, Leave(5, 2, held=False), now), then) is None


NO_CONTROLS = st.characters(
    min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cc"], exclude_characters="?#\\"
)  # the test's own client refuses those
ANY_BODY = st.one_of(
    st.binary(max_size=2000),
    st.dictionaries(
        st.sampled_from(["email", "first_name", "shown", "topic", "do", "undo", "why", "sure", "language", "website"]),
        st.text(max_size=80),
    ),
)
ANY_HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Accept-Language", "X-Forwarded-For", "Host", "Cookie"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_noise_is_answered(links: Links, data: st.DataObject) -> None:
    """Any path, method, header and body gets an answer below 500, and does nothing without a good link."""
    path = data.draw(
        st.one_of(
            st.sampled_from(
                ["/subscribe", "/undo", "/why", "/preferences/x", "/confirm/x", "/u/x", "/u/x/preferences"]
            ),
            st.text(NO_CONTROLS, max_size=60).map(lambda text: "/" + text.lstrip("/")),
            st.sampled_from(["/u/", "/confirm/", "/preferences/", "/pictures/a/"]).flatmap(
                lambda start: st.text(LETTERS, max_size=300).map(lambda text: start + text)
            ),
        )
    )
    method = data.draw(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"]))
    body, headers = data.draw(ANY_BODY), data.draw(ANY_HEADERS)
    sent = {"content": body} if isinstance(body, bytes) else {"data": body}
    before = links.rows()
    answer = links.visitor.client.request(method, path, headers=headers, **sent)
    assert answer.status_code < 500
    assert links.rows() == before


@pytest.mark.parametrize("path", ["/subscribe", "/undo", "/why", "/preferences/x"])
def test_large_bodies_are_refused(visitor: Visitor, path: str) -> None:
    """No form is larger than some kilobytes."""
    assert visitor.client.post(path, content=b"a=" + b"b" * 70_000).status_code == 413
    many = "&".join(f"a{number}=1" for number in range(5_000))
    assert visitor.client.post(path, content=many).status_code < 500


def test_a_busy_database(links: Links, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program writes, every button says to try again, with 503 and when; then it works."""
    monkeypatch.setattr(storing, "BUSY_SECONDS", 0.1)
    from newsletter.storage import open_store

    visitor, workspace = links.visitor, links.visitor.workspace
    with open_store(workspace.database_url, workspace.key_file) as impatient:
        busy = Visitor(workspace, impatient, visitor.hands)
        shown = hidden(busy.get("/subscribe"), "shown")
        visitor.hands.move(seconds=5)
        posts = {
            "/subscribe": {"shown": shown, "email": ANA},
            links.unsubscribe: {},
            f"{links.unsubscribe}/preferences": {},
            links.confirm: {},
            links.preferences: {"do": "pause"},
        }
        database = database_file(str(visitor.store.engine.url))
        assert database is not None
        before = links.rows()
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for path, data in posts.items():
                answer = busy.client.post(path, data=data)
                assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "60"), path
                assert "try again in a minute" in answer.text
            other.execute("ROLLBACK")
        assert links.rows() == before
        for path, data in posts.items():
            assert busy.client.post(path, data=data).status_code == 200, path


# --- The public address, and what else is there -------------------------------------------


@pytest.mark.parametrize("prefix", ["/clinic", ""], ids=["kept by the web server", "taken away by it"])
def test_a_public_address_with_a_path(visit: Visit, prefix: str) -> None:
    """Pages answer below the path, whether or not the web server before them takes it away; links have it."""
    visitor = visit(public_url="https://www.example.org/clinic")
    page = visitor.get(f"{prefix}/")
    assert page.status_code == 200
    assert 'href="/clinic/public.css"' in page.text
    assert 'href="/clinic/subscribe' in page.text
    assert visitor.get(f"{prefix}/public.css").headers["content-type"].startswith("text/css")
    assert visitor.get(f"{prefix}/subscribe").status_code == 200
    assert visitor.get("/clinical/subscribe").status_code == 404
    link = visitor.subscribe()
    answer = visitor.client.post(f"{prefix}{link}")
    assert 'action="/clinic/undo' in answer.text
    if prefix:
        assert visitor.get("/clinic").status_code == 200


def test_home_says_whose_it_is(visit: Visit) -> None:
    """The page at the top names the clinic, and leads to the form if there is one."""
    page = visit().get("/").text
    assert "Elm Street Psychiatry" in page
    assert 'href="/subscribe?lang=en"' in page


def test_health(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor gets "ok", or 503 while the database does not answer."""
    assert (visitor.get("/healthz").status_code, visitor.get("/healthz").text) == (200, "ok\n")
    monkeypatch.setattr(storing, "BUSY_SECONDS", 0.1)
    database = database_file(str(visitor.store.engine.url))
    assert database is not None
    visitor.store.close()
    database.rename(database.with_name("elsewhere.db"))
    database.mkdir()
    assert visitor.get("/healthz").status_code == 503


def test_pages_have_the_clinics_colors(visit: Visit) -> None:
    """The style sheet ends with the colors of the theme; a broken theme does not break the pages."""
    visitor = visit()
    assert "--accent:#1f5c50" in visitor.get("/public.css").text
    (visitor.workspace.root / "templates" / "clinic").mkdir(parents=True)
    (visitor.workspace.root / "templates" / "clinic" / "theme.toml").write_text("colors = 3", "utf-8")
    assert visitor.get("/public.css").status_code == 200


def test_every_page_is_private_and_closed(links: Links) -> None:
    """No page is stored, framed, indexed, or loads anything from elsewhere."""
    for path in links.everything():
        for answer in (links.visitor.get(path), links.visitor.client.post(path)):
            if answer.headers["content-type"].startswith("text/html"):
                headers = answer.headers
                assert headers["cache-control"] == "no-store"
                assert "default-src 'none'" in headers["content-security-policy"]
                assert (headers["referrer-policy"], headers["x-robots-tag"]) == ("no-referrer", "noindex")
                assert "<script" not in answer.text
                assert "style=" not in answer.text
