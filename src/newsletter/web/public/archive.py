"""The archive on the public pages: below ``/archive/``, the same files that a static host would have."""

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.archive import Archive

_PAGES = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "public, max-age=300",  # a correction is to be seen soon
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def archive_routes(archive: Archive) -> list[Route]:
    """Return the routes of the archive."""
    headers = _PAGES if archive.is_indexed else _PAGES | {"X-Robots-Tag": "noindex"}
    # Like pictures, readers of the archive wait for each other and take up no thread that an opt-out needs.
    one_at_a_time = anyio.CapacityLimiter(1)

    async def read(request: Request) -> Response:
        path = request.path_params["path"]
        found = await anyio.to_thread.run_sync(archive.read, path, limiter=one_at_a_time)
        if (
            found is None
            and "/" not in path
            and await anyio.to_thread.run_sync(archive.has, path, limiter=one_at_a_time)
        ):
            return _to_folder(path)
        if found is None:
            return Response("There is no such page in the archive.", 404, headers, "text/plain")
        return Response(found.data, media_type=found.media_type, headers=headers)

    def into(_request: Request) -> Response:
        return _to_folder("archive")

    return [Route("/archive", into), Route("/archive/{path:path}", read)]


def _to_folder(name: str) -> Response:
    """Send the browser on to a folder, from which relative links lead on; no host is named in it."""
    return Response(status_code=308, headers={"Location": f"{name}/"})
