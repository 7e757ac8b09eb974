"""Importing a list: upload, preview, import, result."""

import contextlib
import secrets
import threading
import time
from collections import OrderedDict

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from newsletter.errors import SourceError
from newsletter.subscribers.clinical import CLINICAL_WARNING
from newsletter.subscribers.importer.headings import Field
from newsletter.web.desk.people.choosing import EVERYBODY, FIELDS, MEANINGS, read_choices
from newsletter.web.desk.people.jobs import AT_WORK, Choices, ImportJob, Phase
from newsletter.web.desk.people.uploads import Uploads
from newsletter.web.desk.room import Room

LARGEST = 64 * 1024 * 1024
"""Bytes of an uploaded list: about a million people."""
_FORM = 100_000  # bytes that a form adds to its file
_KEPT = 10
_STOPPING = 0.4  # seconds
_PATIENCE = 1.5  # seconds: most lists are looked through before anybody begins to wait
_GONE = (
    "The desk knows no such import. If it was not finished, nothing was imported: choose the file again. Nobody is "
    "added twice."
)


class Importing:
    """Answers requests about imports; knows those of this desk, the latest ones."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._uploads = Uploads(room.workspace.root)
        self._jobs: OrderedDict[str, ImportJob] = OrderedDict()
        self._turn = threading.Lock()

    def routes(self) -> list[Route]:
        """Return which address is answered by what."""
        change = self._room.change
        return [
            Route("/people/import", self.choose),
            change("/people/import", self.upload, most_bytes=LARGEST + _FORM),
            Route("/people/import/{name}", self.job),
            Route("/people/import/{name}/rejected", self.rejected),
            change("/people/import/{name}/preview", self.preview),
            change("/people/import/{name}/go", self.carry_out),
            change("/people/import/{name}/stop", self.stop),
            change("/people/import/{name}/end", self.end),
        ]

    def open(self) -> None:
        """Remove what an earlier desk has left."""
        self._uploads.sweep()

    def close(self) -> None:
        """Stop what is at work, and remove all files.

        What does not stop in time ends with the process: the database undoes it.
        """
        for job in self._jobs.values():
            job.stop()
        until = time.monotonic() + _STOPPING
        for job in self._jobs.values():
            job.wait(max(0, until - time.monotonic()))
        self._uploads.close()

    def choose(self, request: Request) -> Response:
        """Ask for a file."""
        values = {"as_of": self._room.changes.count, "largest": LARGEST}
        return self._room.pages.page(request, "people/choose.html", values)

    def upload(self, _request: Request, form: FormData) -> Response:
        """Take a file, and begin to preview its import."""
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise SourceError("no file was chosen", hint="Choose the list that you want to import.")
        if (file.size or 0) > LARGEST:
            hint = "Split it into two files, or ask whoever set this up to import it in the terminal."
            raise SourceError("this file is larger than 64 MB", hint=hint)
        path = self._uploads.keep(file.filename, file.file)
        try:
            job = ImportJob(secrets.token_urlsafe(8), path, self._room.store, self._turn)
            if job.is_clear:
                job.preview(Choices())
        except BaseException:
            self._uploads.drop(path)
            raise
        self._remember(job)
        job.wait(_PATIENCE)
        return self._room.pages.go_on(f"/people/import/{job.name}")

    def _remember(self, job: ImportJob) -> None:
        self._jobs[job.name] = job
        for old in list(self._jobs.values())[:-_KEPT]:
            if old.phase not in AT_WORK:
                self._forget(old)

    def _forget(self, job: ImportJob) -> None:
        job.stop()
        job.wait(10)
        self._uploads.drop(job.path)
        self._jobs.pop(job.name, None)

    def job(self, request: Request) -> Response:
        """Show an import as far as it is."""
        job = self._find(request)
        if job is None:
            return self._room.pages.missing(request, _GONE)
        phase = job.phase
        values: dict[str, object] = {"as_of": self._room.changes.count, "job": job, "phase": phase}
        if phase in {Phase.IMPORTING, Phase.DONE}:
            return self._room.pages.page(request, "people/imported.html", values, job.error)
        choices = {
            "samples": job.samples(),
            "offered": FIELDS,
            "clinical": Field.CLINICAL,
            "clinical_warning": CLINICAL_WARNING,
            "everybody": EVERYBODY,
            "meanings": MEANINGS,
        }
        return self._room.pages.page(request, "people/preview.html", values | choices, job.error)

    def preview(self, request: Request, form: FormData) -> Response:
        """Find out anew what an import would do, with other choices."""
        job = self._find(request)
        if job is None:
            return self._room.pages.missing(request, _GONE)
        with contextlib.suppress(SourceError):  # the job's page tells
            job.preview(read_choices(form, job.recognised, job.columns))
        job.wait(_PATIENCE)
        return self._room.pages.go_on(f"/people/import/{job.name}")

    def carry_out(self, request: Request, form: FormData) -> Response:
        """Import, if the person has seen the numbers of just this."""
        job = self._find(request)
        if job is None:
            return self._room.pages.missing(request, _GONE)
        choices = read_choices(form, job.recognised, job.columns)
        if not choices.wording and not job.everybody_left:
            hint = "Copy the words from your sign-up form or website. They are kept with each person, as evidence."
            raise SourceError("the words that these people agreed to are missing", hint=hint)
        if job.carry_out(choices):
            job.wait(_PATIENCE)
            return self._room.pages.go_on(f"/people/import/{job.name}")
        try:
            job.preview(choices)
        except SourceError:  # the job's page tells
            return self._room.pages.go_on(f"/people/import/{job.name}")
        job.wait(_PATIENCE)
        said = "Something was changed since these numbers were found out. Here they are anew; nothing is imported yet."
        return self._room.pages.go_on(f"/people/import/{job.name}", said)

    def stop(self, request: Request, _form: FormData) -> Response:
        """Stop an import; what it has done is undone."""
        job = self._find(request)
        if job is None:
            return self._room.pages.missing(request, _GONE)
        job.stop()
        job.wait(10)
        return self._room.pages.go_on(f"/people/import/{job.name}")

    def end(self, request: Request, _form: FormData) -> Response:
        """Remove the uploaded file and all that belongs to it."""
        job = self._find(request)
        if job is None:
            return self._room.pages.go_on("/people")
        was_done = job.phase is Phase.DONE
        self._forget(job)
        return self._room.pages.go_on("/people", "" if was_done else "Canceled. The uploaded file was deleted.")

    def rejected(self, request: Request) -> Response:
        """Hand over the rows that were not imported, to be mended."""
        job = self._find(request)
        path = job.report.rejected_file if job and job.report else None
        if path is None or not path.is_file():
            return self._room.pages.missing(request, "There are no such rows, or they were deleted.")
        return FileResponse(path, media_type="text/csv", filename=path.name)

    def _find(self, request: Request) -> ImportJob | None:
        return self._jobs.get(request.path_params["name"])
