"""The public pages in a browser: for everybody, in every language, on a small phone, without scripts."""

import json
import time
from collections import Counter

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import event
from starlette.applications import Starlette

from newsletter.languages import languages
from newsletter.web.public import create_public_pages, public_server
from tests.web.browsing import barriers
from tests.web.public.visiting import ANA, PATIENCE, Visit, Visitor, serving


def pages_of(visitor: Visitor) -> Starlette:
    return create_public_pages(visitor.workspace, visitor.store, clock=visitor.clock)


def open_page(browser: Browser, *, dark: bool, scripts: bool = True) -> Page:
    scheme = "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        bypass_csp=scripts,  # axe-core is a script
    )
    return context.new_page()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_for_everybody(browser: Browser, visit: Visit, axe: str, *, dark: bool) -> None:
    """axe-core finds nothing, and nothing is wider than a small phone, on any page in any language."""
    visitor = visit('topics = ["workshops: Workshops and groups"]\nask_why = true')
    link = visitor.subscribe()
    preferences = visitor.open_preferences(link)
    visitor.fill_in("ben@example.org")
    confirm = visitor.link()
    looks = [
        "/",
        "/subscribe",
        "/confirm/x",
        "/u/x",
        "/preferences/x",
        link,
        f"{link}/preferences",
        preferences,
        confirm,
    ]
    found: dict[str, list[str]] = {}
    with serving(public_server(pages_of(visitor), "127.0.0.1", 0)) as port:
        address = f"http://127.0.0.1:{port}"
        page = open_page(browser, dark=dark)

        def look(name: str) -> None:
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            faults = barriers(page, axe) + ([f"{wide} pixels too wide"] if wide > 0 else [])
            found.update({name: faults} if faults else {})

        for code in languages():
            for path in looks:
                page.goto(f"{address}{path}?lang={code}")
                look(f"{path} {code}")
            page.goto(f"{address}{preferences}?lang={code}")
            with page.expect_navigation():
                page.locator("button[value=pause]").click()
            look(f"paused {code}")
            with page.expect_navigation():
                page.locator("button[value=resume]").click()
            page.goto(f"{address}{link}?lang={code}")
            with page.expect_navigation():
                page.locator("main button").click()
            look(f"unsubscribed {code}")
            with page.expect_navigation():
                page.locator("form[action*=undo] button").click()
            look(f"undone {code}")
    assert found == {}


def test_without_scripts(browser: Browser, visitor: Visitor) -> None:
    """Joining, confirming, unsubscribing and undoing take no script."""
    with serving(public_server(pages_of(visitor), "127.0.0.1", 0)) as port:
        address = f"http://127.0.0.1:{port}"
        page = open_page(browser, dark=False, scripts=False)
        page.goto(f"{address}/subscribe")
        page.fill("#email", ANA)
        visitor.hands.move(seconds=5)
        page.locator("main button").click()
        assert "inbox" in page.inner_text("h1")
        page.goto(f"{address}{visitor.link()}")
        page.locator("main button").click()
        assert page.inner_text("h1") == "You are subscribed"
        assert visitor.told()[-1] == ("confirmed", "token")


SPECULATE = """paths => {
  for (const path of paths) {
    const link = document.createElement("link")
    Object.assign(link, { rel: "prefetch", href: path })
    document.head.append(link)
  }
  const rules = document.createElement("script")
  rules.type = "speculationrules"
  rules.textContent = JSON.stringify({ prerender: [{ urls: paths, eagerness: "immediate" }] })
  document.head.append(rules)
}"""


def test_prefetching_does_nothing(browser: Browser, visitor: Visitor) -> None:
    """A browser or scanner that fetches every link ahead, and shows it, changes nothing; one press does."""
    link = visitor.subscribe()
    preferences = visitor.open_preferences(link)
    visitor.fill_in("ben@example.org")
    paths = [link, f"{link}/preferences", preferences, visitor.link(), "/", "/subscribe", "/undo", "/why"]
    written: list[str] = []
    asked: Counter[str] = Counter()

    def note(line: str) -> None:
        asked[json.loads(line)["method"]] += 1

    app = create_public_pages(visitor.workspace, visitor.store, clock=visitor.clock, log=note)
    with serving(public_server(app, "127.0.0.1", 0)) as port:
        address = f"http://127.0.0.1:{port}"
        page = open_page(browser, dark=False)
        page.goto(f"{address}/")
        event.listen(
            visitor.store.engine,
            "before_cursor_execute",
            lambda _c, _u, sql, *_: written.append(sql) if sql.startswith(("INSERT", "UPDATE", "DELETE")) else None,
        )
        before = asked["GET"]
        page.evaluate(SPECULATE, paths)
        until = time.monotonic() + PATIENCE
        while asked["GET"] < before + len(paths) and time.monotonic() < until:
            page.wait_for_timeout(20)
        for path in paths:
            page.goto(f"{address}{path}")
            page.mouse.move(100, 200)
        assert asked["GET"] >= before + 2 * len(paths)
        assert (written, asked["POST"]) == ([], 0)
        page.goto(f"{address}{link}")
        with page.expect_navigation():
            page.locator("main button").click()
        assert written
        assert visitor.told()[-1] == ("unsubscribed", "token")
