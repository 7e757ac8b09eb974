"""`newsletter subscribers forget`: erase a person for good."""

import click

from newsletter.cli.output import counted, is_terminal, json_option, note, print_json, with_workspace, workspace_store
from newsletter.errors import SubscriberError
from newsletter.workspace import Workspace


@click.command(short_help="Erase a person for good.")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
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

    if not yes and not is_terminal():
        raise SubscriberError("erasing somebody needs a person to say yes", hint="In a script, add --yes.")
    if not yes and not click.confirm("This cannot be undone. Erase them?", err=True):
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
    told = (
        counted(erased.consents, "entry of consent", "entries of consent"),
        counted(erased.deliveries, "copy in the ledger", "copies in the ledger"),
        counted(files, "message in the outbox", "messages in the outbox"),
    )
    for line in told:
        if not line.startswith("0 "):
            click.echo(f"  {line} erased")
    click.echo("  a keyed hash is kept: no import can bring them back")
    note("Not within reach of this program: backups, and files that were imported or exported.")
    if workspace.settings.delivery.transport == "sendgrid":
        note("SendGrid keeps addresses for a while; ask its support to erase this one too.")
