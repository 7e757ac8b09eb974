"""The news about one campaign, as server-sent events: its numbers while they move, and each new face."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from newsletter.errors import NewsletterError
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.sending.stand import Phase, Stand

_SOONEST = 0.5  # seconds between two looks, while something moves
_IDLE = 2.0
_SHARE = 5  # looking takes at most a fifth of the time, however many people there are
_HEARTBEAT = 15.0
_MOVING = {Phase.SENDING, Phase.COUNTDOWN, Phase.CANCELLING}


async def news(look: Callable[[], Awaitable[Stand | None]], changes: Changes) -> AsyncIterator[str]:
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
