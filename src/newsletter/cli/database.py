"""`newsletter database`: move to another database."""

import click

from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.formatting import counted
from newsletter.services.database import Copied, copy_database
from newsletter.workspace import Workspace


@click.group(cls=CheckedGroup, short_help="Move to PostgreSQL, or back to SQLite.")
def database() -> None:
    """Move subscribers and ledger to PostgreSQL, or back to SQLite.

    Example: newsletter database copy --to postgresql://newsletter@db.example.org/newsletter
    """


@database.command("copy")
@click.option("--to", "url", required=True, metavar="URL", help="The new database, as in [database] url.")
@json_option
@with_workspace
def copy(workspace: Workspace, url: str, *, as_json: bool) -> None:
    """Copy the whole database into a new, empty one, and compare the two.

    First close the desk and stop "newsletter serve": what they change afterward is not in the copy. Everything is
    copied, or nothing. The old database is not changed, and stays in use until you change newsletter.toml.

    Example: newsletter database copy --to postgresql://newsletter@db.example.org/newsletter

    Back to SQLite: newsletter database copy --to sqlite:///newsletter-2.db
    """
    copied = copy_database(workspace, url)
    if as_json:
        print_json({"url": copied.url, "rows": dict(copied.rows)})
        return
    click.echo(f"Copied and compared: {_in_words(copied)}. The old database was not changed.")
    note(
        "\nTo use the new database:\n"
        '  1. Close the desk and stop "newsletter serve" everywhere, if they are running. If anything was sent or\n'
        "     changed since the copy, make another copy, because it is missing in this one.\n"
        f'  2. In newsletter.toml, set:\n\n       [database]\n       url = "{copied.url}"\n\n'
        "  3. Leave newsletter.key where it is: it belongs to the new database, too.\n"
        "  4. Run: newsletter doctor"
    )
    if copied.has_password:
        note(
            "\nThe password is left out, because others may be able to read that file. Put it into PGPASSWORD or "
            "~/.pgpass (docs/users/postgresql.md)."
        )


def _in_words(copied: Copied) -> str:
    suppressed = counted(copied.rows["suppressions"], "suppressed address", "suppressed addresses")
    people = counted(copied.rows["subscribers"], "subscriber", "subscribers")
    return f"{people}, {suppressed}, {counted(copied.rows['campaigns'], 'send', 'sends')}"
