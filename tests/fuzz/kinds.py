"""Kinds of files that people hand in: sound ones of each, and the command that reads them."""

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import click
from openpyxl import Workbook

from newsletter.backups import make_backup
from newsletter.cli.main import cli
from newsletter.errors import NewsletterError
from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people
from tests.fuzz.mutations import mutated, seeded
from tests.posts.corpus_case import CORPUS
from tests.subscribers.importer.raw_workbook import SPACE, raw_workbook

DIALECTS = Path(__file__).parents[1] / "subscribers" / "importer" / "dialects"
SLUG = "fuzz"
ISSUE = """\
---
subject: "Winter: what helps"
preheader: Light, and a walk at noon
posts: [light, {post: walk, show: teaser}]
language: en
waive:
  alt-text: a plain ornament
---

Dear {{ first_name or "reader" }},

this is *a letter* with [a link](https://www.example.org/a?b=c).
"""
POST = """\
---
title: Winter light
author: Kim Vale
date: 2026-11-03
review_by: 2027-11-03
link: https://www.example.org/light
teaser: A few words
---

Light helps. [Read on](https://www.example.org/light), call [us](tel:+15085550100).

::: event
title: An evening of light
when: 2026-12-09 18:00-19:30
where: 12 Elm Street
:::

| Day | Hours |
| --- | --- |
| Mon | 9-5 |

- one
- two
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file.

    Attributes:
        suffix: how its name ends.
        seeds: sound files of it.
        read: hands one in, as a person does; what it answers is of no matter.
    """

    name: str
    suffix: str
    seeds: Callable[[Workspace], Sequence[bytes]]
    read: Callable[[Workspace, Path], None]

    def hand_in(self, workspace: Workspace, data: bytes) -> NewsletterError | None:
        """Hand a file in, and return the refusal, if it is one; every other exception is a failure."""
        path = workspace.root / f"case{self.suffix}"
        path.write_bytes(data)
        try:
            self.read(workspace, path)
        except NewsletterError as err:
            refusal = err
        else:
            return None
        finally:
            shutil.rmtree(workspace.issues_dir / SLUG, ignore_errors=True)
        assert refusal.what.strip()
        return refusal


def _run(workspace: Workspace, *words: str) -> None:
    """Run a command within this process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(out), suppress(click.ClickException, click.exceptions.Exit):
        cli.main(["-C", str(workspace.root), *words], prog_name="newsletter", standalone_mode=False)


def _new(workspace: Workspace, path: Path) -> None:
    _run(workspace, "new", SLUG, "--from", str(path), "--all", "--no-pictures", "--explain")
    if path.stat().st_size % 16 == 0:  # one of some: rendering takes its time
        _run(workspace, "check", SLUG)


def _import(workspace: Workspace, path: Path) -> None:
    _run(workspace, "subscribers", "import", str(path), "--consent", "Yes, send it to me.", "--dry-run", "--yes")


def _restore(workspace: Workspace, path: Path) -> None:
    _run(workspace, "restore", str(path), "--dry-run")


def _check(workspace: Workspace, path: Path) -> None:
    """Check an issue whose one file is the case, the others sound."""
    folder = workspace.issues_dir / SLUG
    (folder / "posts").mkdir(parents=True)
    data = path.read_bytes()
    is_issue = b"subject" in data[:200] or b"posts" in data[:200]
    (folder / "issue.md").write_bytes(data if is_issue else ISSUE.encode())
    (folder / "posts" / "light.md").write_bytes(POST.encode() if is_issue else data)
    (folder / "posts" / "walk.md").write_text(POST, "utf-8")
    _run(workspace, "check", SLUG)


def _corpus(*beginnings: str) -> Callable[[Workspace], Sequence[bytes]]:
    def seeds(_: Workspace) -> list[bytes]:
        folders = sorted(each for each in CORPUS.iterdir() if each.name.startswith(beginnings))
        files = [next(path for path in sorted(folder.iterdir()) if path.stem == "post") for folder in folders]
        return [data for path in files if len(data := path.read_bytes()) < 60_000]

    return seeds


def _mails(workspace: Workspace) -> list[bytes]:
    nested = b"From: a@example.org\nSubject: A title\nMessage-ID: <1>\nMIME-Version: 1.0\n"
    nested += b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    return [*_corpus("mail-")(workspace), nested + _corpus("mail-html")(workspace)[0] + b"\n--b--\n"]


def _lists(_: Workspace) -> list[bytes]:
    files = [path.read_bytes() for path in sorted(DIALECTS.iterdir())]
    plain = "E-Mail;Vorname;Nachname;Tags;Abgemeldet\nzoe@example.org;Zoé;Peña;a,b;\nbo@example.org;Bo;Ek;;ja\n"
    others = [plain.encode(each) for each in ("utf-8-sig", "utf-16", "utf-16-le", "cp1252")]
    return [*files, *others, plain.replace(";", "\t").replace("\n", "\r").encode(), plain.replace(";", "|").encode()]


def _workbooks(_: Workspace) -> list[bytes]:
    row = '<row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c><c r="B{0}" s="1"><v>46329.5</v></c></row>'
    formats = '<numFmts><numFmt numFmtId="200" formatCode="yyyy-mm-dd"/></numFmts>'
    styles = f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
    sheet = f'<worksheet xmlns="{SPACE}"><sheetData>{row.format(1, 0)}{row.format(2, 1)}</sheetData></worksheet>'
    return [_workbook(1), _workbook(3), raw_workbook(sheet.encode(), styles=styles)]


def _workbook(tabs: int) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for number in range(tabs):
        sheet = book.active if number == 0 else book.create_sheet(f"Tab {number}")
        assert sheet is not None
        sheet.append(["Guests of the fair"])
        sheet.append([])
        sheet.append(["Email", "First name", "Joined", "Newsletter", "Time", "Tags"])
        sheet.append(["ana@example.org", "Ana", date(2026, 11, 3), True, time(9, 30), "a, b"])
        sheet.append(["bo@example.org", "Bo", datetime(2026, 11, 3, 9, 30), False, 1.5, "=1+1"])  # noqa: DTZ001 - Excel's
        sheet.append(["ana@", "Cy", 46329, "yes", None, "Łódź"])
        sheet.merge_cells("A1:C1")
        sheet.row_dimensions[5].hidden = True
    book.save(out)
    return out.getvalue()


def _backups(workspace: Workspace) -> list[bytes]:
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    return [make_backup(workspace, datetime.now(tz=UTC)).path.read_bytes()]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pasted", ".txt", _corpus("pasted-", "encoding-"), _new),
        Kind("markdown", ".md", _corpus("markdown-"), _new),
        Kind("page", ".html", _corpus("page-"), _new),
        Kind("clipboard", ".html", _corpus("clip-"), _new),
        Kind("mail", ".eml", _mails, _new),
        Kind("feed", ".xml", _corpus("feed-"), _new),
        Kind("word", ".docx", _corpus("word-"), _new),
        Kind("issue", ".md", lambda _: [ISSUE.encode(), POST.encode()], _check),
        Kind("csv", ".csv", _lists, _import),
        Kind("workbook", ".xlsx", _workbooks, _import),
        Kind("backup", ".zip", _backups, _restore),
    )
}


def cases(kind: Kind, workspace: Workspace, numbers: range) -> Iterator[tuple[int, bytes]]:
    """Give the cases of a kind by their numbers."""
    seeds = kind.seeds(workspace)
    for number in numbers:
        yield number, mutated(seeds, seeded(kind.name, number))
