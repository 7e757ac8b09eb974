"""Noticing that a file of the workspace was saved, and telling every open page."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
from watchfiles import Change, DefaultFilter, awatch

from newsletter.issues.history import HISTORY_FOLDER
from newsletter.workspace.workspace import SETTINGS_FILE

_HEARTBEAT = 15.0  # seconds; a comment line, so that a dead connection is noticed
_FOLDERS = ("newsletters", "templates")
_NO_TEXTS = (*DefaultFilter.ignore_dirs, HISTORY_FOLDER)


class Changes:
    """Counts the changes of a workspace's files; pages wait for the next one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = time.time_ns()  # a page of an earlier desk must not take the number of this one for its own
        self._closed = False
        self._news = asyncio.Condition()
        self._round_over = anyio.Event()

    @property
    def count(self) -> int:
        """A number that grows with each change: a page that knows it has missed none."""
        return self._count

    @property
    def closed(self) -> bool:
        """Whether the desk is being closed; every stream ends then."""
        return self._closed

    async def watch(self) -> None:
        """Count changes until closed. A round ends when a watched folder comes or goes."""
        while not self._closed:
            self._round_over = anyio.Event()
            async with anyio.create_task_group() as both:
                both.start_soon(self._watch_root, self._round_over)
                both.start_soon(self._watch_folders, self._round_over)
                await anyio.lowlevel.checkpoint()  # both watch now
                await self._tell()  # what was saved between two rounds was seen by neither

    async def _watch_root(self, round_over: anyio.Event) -> None:
        """Watch the settings, and for folders that come and go.

        Not recursive: a workspace may hold a database and an outbox that change all the time.
        """
        seen = self._folders()
        async for changes in awatch(self._root, recursive=False, watch_filter=None, stop_event=round_over):
            if SETTINGS_FILE in {Path(path).name for _, path in changes} or self._folders() != seen:
                await self._tell()
            if self._folders() != seen:
                round_over.set()

    async def _watch_folders(self, round_over: anyio.Event) -> None:
        folders = self._folders()
        if not folders:
            return
        async for _ in awatch(*folders, watch_filter=_OwnFiles(ignore_dirs=_NO_TEXTS), stop_event=round_over):
            await self._tell()

    def _folders(self) -> list[Path]:
        return [folder for name in _FOLDERS if (folder := self._root / name).is_dir()]

    async def _tell(self) -> None:
        async with self._news:
            self._count += 1
            self._news.notify_all()

    async def close(self) -> None:
        """Stop watching and end every stream, so that the server can stop."""
        self._round_over.set()
        async with self._news:
            self._closed = True
            self._news.notify_all()

    async def closing(self) -> None:
        """Wait until the desk begins to close."""
        async with self._news:
            await self._news.wait_for(lambda: self._closed)

    async def stream(self) -> AsyncIterator[str]:
        """Yield server-sent events: ``ready`` with the count, ``changed`` for each change, ``closed`` at the end.

        https://html.spec.whatwg.org/multipage/server-sent-events.html
        """
        seen = self._count
        yield f"retry: 1000\nevent: ready\ndata: {seen}\n\n"
        while not self._closed:
            try:
                await asyncio.wait_for(self._wait_past(seen), _HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
            if self._count > seen:
                seen = self._count
                yield "event: changed\ndata:\n\n"
        yield "event: closed\ndata:\n\n"

    async def _wait_past(self, seen: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self._closed or self._count > seen)


class _OwnFiles(DefaultFilter):
    """Leaves out what editors and this program write beside a file while saving it."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether the change of `path` is worth telling."""
        return not Path(path).name.startswith(".") and super().__call__(change, path)
