"""`newsletter archive`: sent issues as web pages."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.archive import Archive, add_correction, build_archive, undo_correction
from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import SourceError
from newsletter.formatting import counted, say_day
from newsletter.posts.decoding import decode
from newsletter.workspace import Workspace


@click.group(cls=CheckedGroup, short_help="Let people read sent issues on the web.")
def archive() -> None:
    """Let people read sent issues on the web: list them, write them as files, correct them.

    The archive is off until newsletter.toml says so: [archive] public = true

    Example: newsletter archive build website
    """


@archive.command("list", short_help="List the issues in the archive.")
@json_option
@with_workspace
def list_(workspace: Workspace, *, as_json: bool) -> None:
    """List the issues that the archive shows, the newest first.

    Example: newsletter archive list
    """
    with workspace_store(workspace) as store:
        entries = Archive(workspace, store).entries()
    url = workspace.settings.archive_url
    if as_json:
        print_json(
            [
                {
                    "slug": entry.slug,
                    "title": entry.title,
                    "sent": entry.day.isoformat(),
                    "url": f"{url}/{entry.slug}/" if url else "",
                    "corrections": [{"day": one.day.isoformat(), "text": one.text} for one in entry.corrections],
                }
                for entry in entries
            ]
        )
        return
    for entry in entries:
        corrected = "  (corrected)" if entry.corrections else ""
        click.echo(f"{say_day(entry.day):<13} {entry.slug:<28} {entry.title}{corrected}")
    note(f"The archive is at {url}/" if url else "Write it as files: newsletter archive build FOLDER")


@archive.command("build", short_help="Write the archive as files for any web host.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
@with_workspace
def build(workspace: Workspace, folder: Path, *, as_json: bool) -> None:
    """Write the archive into FOLDER as web pages, pictures and feeds: ready to upload to any web host.

    Build it again after each issue. It removes only files that it wrote itself; other
    files in the folder stay as they are.

    Example: newsletter archive build website
    """
    with workspace_store(workspace) as store:
        built = build_archive(Archive(workspace, store), folder)
    if as_json:
        print_json({**dataclasses.asdict(built), "folder": str(built.folder)})
        return
    issues = counted(built.issues, "issue", "issues")
    written, removed = counted(len(built.written), "file", "files"), counted(len(built.removed), "file", "files")
    click.echo(f"{issues} in {folder}: {written} written, {removed} removed.")
    for path in built.kept:
        note(f"Kept {folder / path}: somebody changed it since it was written.")
    note(f"Open {folder / 'index.html'} in your browser to see it.")


@archive.command("correct", short_help="Add a correction to a sent issue.")
@slug_argument()
@click.argument("text", required=False)
@click.option(
    "--file", "file", type=click.Path(path_type=Path, dir_okay=False), help="Read the correction from a file."
)
@click.option("--undo", is_flag=True, help="Remove the latest correction.")
@json_option
@with_workspace
def correct(workspace: Workspace, slug: str, text: str | None, file: Path | None, *, undo: bool, as_json: bool) -> None:
    """Show TEXT with today's date at the top of the web version of SLUG.

    The mail that was sent stays as it is. To remove the latest correction, use --undo.

    Example: newsletter archive correct 2026-12-winter "The group meets on Thursdays."
    """
    if sum([text is not None, file is not None, undo]) != 1:
        raise click.UsageError("Give the correction as TEXT or with --file, or remove the latest one with --undo.")
    with workspace_store(workspace) as store:
        entry = Archive(workspace, store).entry(slug)
        if undo:
            found = undo_correction(workspace, slug)
        else:
            found = add_correction(workspace, entry.slug, text or _read(file), datetime.now(tz=UTC))
    if as_json:
        print_json({"slug": slug, "day": found.day.isoformat(), "text": found.text, "removed": undo})
        return
    click.echo(f"{'Removed' if undo else 'Added'} the correction of {say_day(found.day)}: {slug}")
    if not undo:
        note(f"Undo: newsletter archive correct {slug} --undo")
    if workspace.settings.archive.url or not workspace.settings.web.public_url:
        note("Write the archive again for the change to show: newsletter archive build FOLDER")


def _read(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return decode(file.read_bytes(), str(file))
    except OSError as err:
        raise SourceError(f"cannot be read ({err.strerror})", where=file) from err
