"""Where SendGrid tells what became of the mail: its event webhook.

A post is answered with success only when everything in it is committed, so that SendGrid
comes again with whatever was not. Coming again does no harm: each event counts once.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from newsletter.campaigns.clock import SYSTEM_CLOCK, Clock
from newsletter.campaigns.events import apply_events
from newsletter.errors import StoreError
from newsletter.storage import Store
from newsletter.transports.sendgrid.events import read_events
from newsletter.transports.sendgrid.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Verifier
from newsletter.web.public.pages import read_body

LARGEST = 1024 * 1024
"""Bytes in one post; SendGrid sends 768 kilobytes at most."""


def event_webhook(
    store: Store, verifier: Verifier, clock: Clock = SYSTEM_CLOCK
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that takes in events which SendGrid has signed.

    It answers 204 when they are committed; 400 for what is no list of events, 403 for what
    SendGrid has not signed lately, 413 for what is too large, and 503 when the database
    cannot take them now.
    """

    async def take_in(request: Request) -> Response:
        try:
            body = await read_body(request, LARGEST)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        signature = request.headers.get(SIGNATURE_HEADER, "")
        timestamp = request.headers.get(TIMESTAMP_HEADER, "")
        if not verifier.is_genuine(signature, timestamp, body, clock.now()):
            return Response(status_code=403)
        document = _parse(body)
        if not isinstance(document, list):
            return Response(status_code=400)
        try:
            await run_in_threadpool(apply_events, store, read_events(document), clock)
        except StoreError:
            return Response(status_code=503)
        return Response(status_code=204)

    return take_in


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
