"""`newsletter subscribers export`: the list as a CSV file."""

import sys
from pathlib import Path
from typing import Any

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace, workspace_store
from newsletter.cli.subscribers.listing import chosen, filters
from newsletter.workspace import Workspace


@click.command(short_help="Write the list as a CSV file.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; otherwise it is printed.")
@filters
@json_option
@with_workspace
def export(workspace: Workspace, output: Path | None, *, as_json: bool, **options: Any) -> None:
    """Write the list, or those you look for, as a CSV file for a spreadsheet.

    Edited there, it comes back with: newsletter subscribers import FILE --update --consent WORDS

    Example: newsletter subscribers export -o people.csv
    """
    from newsletter.subscribers.exporting import save_csv, write_csv  # noqa: PLC0415 - SQLAlchemy is slow to import
    from newsletter.subscribers.listing import people  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store, store.read() as connection:
        found = people(connection, chosen(workspace, options))
        if as_json:
            print_json([person.as_document() for person in found])
            return
        number = save_csv(found, output) if output else write_csv(found, sys.stdout.buffer)
    note(
        f"{number:,} people" + (f" are in {output}. It names them all: keep it as safe as the list." if output else "")
    )
