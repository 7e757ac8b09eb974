"""`newsletter subscribers forget`: erase a person for good."""

import click

from newsletter.cli.output import is_terminal, json_option, note, print_json, with_workspace, workspace_store
from newsletter.workspace import Workspace


@click.command(short_help="Erase a person for good.")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask on a terminal.")
@json_option
@with_workspace
def forget(workspace: Workspace, email: str, *, yes: bool, as_json: bool) -> None:
    """Erase the person with this address everywhere in this workspace, for good.

    What stays is a keyed hash, by which a later import knows that they must not be
    mailed; nobody can read the address out of it.

    Example: newsletter subscribers forget ana@example.org
    """
    from newsletter.storage.compaction import compact  # noqa: PLC0415 - SQLAlchemy is slow to import
    from newsletter.subscribers.addresses import check_address  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.forgetting import erase_files, forget_person  # noqa: PLC0415 - slow to import

    asks = is_terminal() and not (yes or as_json)
    if asks and not click.confirm("This cannot be undone. Erase them?", err=True):
        note("Nothing was erased.")
        return
    with workspace_store(workspace) as store:
        with store.write() as connection:
            erased = forget_person(connection, store.key, check_address(email).email)
        if not compact(store.engine):
            note("The database is in use: traces may be left in its file. Run this again when nothing is being sent.")
    files = erase_files(workspace.outbox_dir, email)
    if as_json:
        print_json(
            {"record": erased.record, "consents": erased.consents, "deliveries": erased.deliveries, "files": files}
        )
        return
    click.echo("Their record is erased." if erased.record else "They had no record here.")
    click.echo(f"  {erased.consents} entries of consent erased\n  {erased.deliveries} copies in the ledger erased")
    click.echo(f"  {files} messages in the outbox erased\n  a keyed hash is kept: no import can bring them back")
    note(
        "Not within reach of this program: backups, exported and imported files, and SendGrid, which keeps\n"
        "addresses for a while. It erases them when asked by its API: POST /v3/recipients/erasejob."
    )
