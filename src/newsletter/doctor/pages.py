"""The public pages, as a reader's mail program meets them: a page to look at, and one click."""

from collections.abc import Iterator

import httpx2

from newsletter.campaigns.batch_request import ONE_CLICK_PATH
from newsletter.doctor.verdict import Verdict, ok, wrong
from newsletter.subscribers.tokens import unsubscribe_token

_ABOUT = "public pages"
_NOBODY = 0  # no subscriber has this number, so that the click takes nobody off the list
_SECONDS = 10.0


def look_at_pages(public_url: str, key: bytes) -> Iterator[Verdict]:
    """Open an unsubscribe link that belongs to nobody, and click it as RFC 8058 (3.1) asks."""
    link = f"{public_url}{ONE_CLICK_PATH}{unsubscribe_token(key, _NOBODY)}"
    try:
        with httpx2.Client(timeout=_SECONDS, follow_redirects=False) as client:
            shown = client.get(link)
            clicked = client.post(link, data={"List-Unsubscribe": "One-Click"})
    except httpx2.HTTPError as err:
        remedy = "Check [web] public_url, and that “newsletter serve” runs behind it. Do not send before."
        yield wrong(_ABOUT, f"{public_url} cannot be reached ({type(err).__name__})", remedy)
        return
    yield from _judge(shown, clicked)


def _judge(shown: httpx2.Response, clicked: httpx2.Response) -> Iterator[Verdict]:
    if shown.status_code == clicked.status_code == 404:
        remedy = "It must use this database and this newsletter.key. Check also that web.public_url leads to it."
        yield wrong(_ABOUT, "something answers there, but it does not accept our unsubscribe links", remedy)
    elif shown.status_code != 200:
        yield wrong(_ABOUT, f"an unsubscribe link answers {shown.status_code}", "Check what runs at public_url.")
    elif clicked.is_redirect:
        remedy = "Have the web server in front pass it on without a redirect: mail programs do not follow redirects."
        yield wrong(_ABOUT, "one-click unsubscribe is redirected", remedy)
    elif clicked.status_code != 200:
        remedy = "Have the web server in front pass on POST requests from any program."
        yield wrong(_ABOUT, f"one-click unsubscribe answers {clicked.status_code}", remedy)
    else:
        yield ok(_ABOUT, "the unsubscribe link opens, and one-click unsubscribe works")
