"""`newsletter subscribers export`: the list as a CSV file."""

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from newsletter.cli.output import is_terminal, json_option, note, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.cli.subscribers.listing import chosen, filters
from newsletter.errors import WorkspaceError
from newsletter.files import PRIVATE, open_whole
from newsletter.formatting import counted
from newsletter.subscribers.export import write_csv, write_json
from newsletter.subscribers.listing import people
from newsletter.workspace import Workspace


@click.command(short_help="Export the list as a CSV file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write. Default: print it.")
@click.option("--replace", is_flag=True, help="Overwrite an existing file.")
@filters
@json_option
@with_workspace
def export(workspace: Workspace, output: Path | None, *, replace: bool, as_json: bool, **options: Any) -> None:
    """Export the list, or the result of a search, as a CSV file for a spreadsheet.

    After editing it there, import it with: newsletter subscribers import FILE --update --consent WORDS

    Example: newsletter subscribers export -o people.csv
    """
    if output is not None and output.exists() and not replace:
        _refuse_or_ask(output)
    with workspace_store(workspace) as store, store.read() as connection, _opened(output) as out:
        found = people(connection, chosen(workspace, options))
        if as_json:
            text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
            number = write_json(found, text)
            text.flush()
            text.detach()
        else:
            number = write_csv(found, out)
    where = f" exported to {output}. It contains their addresses: keep it private." if output else ""
    note(counted(number, "subscriber", "subscribers") + where)


def _refuse_or_ask(output: Path) -> None:
    """Let nobody lose a file that they may have edited."""
    if not is_terminal():
        raise WorkspaceError("the file already exists", where=output, hint="To overwrite it, add --replace.")
    click.confirm(f"{output} already exists. Overwrite it?", abort=True, err=True)


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        return
    with open_whole(output, mode=PRIVATE) as file:
        yield file
