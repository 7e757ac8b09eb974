"""`newsletter subscribers forget`: erase a person for good."""

from collections.abc import Sequence

import click

from newsletter.cli.output import is_terminal, json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import NewsletterError, SubscriberError
from newsletter.formatting import counted
from newsletter.services.people import erase
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.forgetting import Forgotten
from newsletter.subscribers.records import find_subscriber
from newsletter.subscribers.suppression import reason_for
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace


@click.command(short_help="Erase a subscriber permanently.")
@click.argument("email")
@click.option("--at-sendgrid/--only-here", default=None, help="Also ask SendGrid to erase them, or not.")
@click.option("--anyway", is_flag=True, help="Suppress the address even if it is not on the list.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def forget(
    workspace: Workspace, email: str, *, at_sendgrid: bool | None, anyway: bool, yes: bool, as_json: bool
) -> None:
    """Erase the subscriber with this address from this workspace, permanently.

    Only a keyed hash is kept, so that no later import adds them again. The address cannot
    be read from it.

    Example: newsletter subscribers forget ana@example.org
    """
    address = check_address(email).email
    if not anyway:
        _refuse_stranger(workspace, address)
    if not yes and not is_terminal():
        raise SubscriberError("erasing somebody needs a confirmation", hint="In a script, add --yes.")
    if not yes and not click.confirm("This cannot be undone. Erase them?", err=True):
        note("Nothing was erased.")
        return
    with workspace_store(workspace) as store:
        erased = erase(workspace, store, address)
    if not erased.compacted:
        note("The database is in use: traces may be left in its file. Run this again when nothing is being sent.")
    job = _erase_at_sendgrid(workspace, erased.addresses, wanted=at_sendgrid, asks=not yes)
    rows = erased.rows
    if as_json:
        sums = {"record": rows.record, "consents": rows.consents, "deliveries": rows.deliveries, "files": erased.files}
        print_json({**sums, "at_sendgrid": job})
        return
    _tell(rows, erased.files)
    note("Not erased: backups, and files that you imported or exported.")


def _refuse_stranger(workspace: Workspace, email: str) -> None:
    """Let an address pass of which something is known: a slip of the keyboard must not look like an erasure."""
    with workspace_store(workspace) as store, store.read() as connection:
        known = find_subscriber(connection, email) or reason_for(connection, store.key, email)
    if not known:
        hint = "Check the spelling. To suppress the address anyway, so that no import adds it"
        raise SubscriberError("no subscriber has this address; nothing was erased", hint=hint, command="--anyway")


def _erase_at_sendgrid(workspace: Workspace, emails: Sequence[str], *, wanted: bool | None, asks: bool) -> str | None:
    """Offer to have SendGrid erase them, or do as was said; what is erased here stays erased either way.

    Returns:
        SendGrid's name for the work; nothing if it was not asked to.
    """
    uses_sendgrid = workspace.settings.delivery.transport == "sendgrid"
    if wanted is None and uses_sendgrid:
        wanted = asks and click.confirm("SendGrid stores addresses, too. Ask it to erase them?", err=True)
        if not wanted:
            note("SendGrid may still have their data. To erase it there, run this again with --at-sendgrid.")
    if not wanted:
        return None
    try:
        transport = open_transport(workspace, "sendgrid")
        job = transport.erasure.erase(list(emails)) if transport.erasure else ""
    except NewsletterError as err:
        err.hint = f"They are erased in this workspace. {err.hint}".strip()
        raise
    note("SendGrid accepted the request to erase them. It takes some days.")
    return job


def _tell(erased: Forgotten, files: int) -> None:
    click.echo("Their record is erased." if erased.record else "They had no record here.")
    told = (
        counted(erased.consents, "consent record", "consent records"),
        counted(erased.deliveries, "entry in the ledger", "entries in the ledger"),
        counted(files, "message in the outbox", "messages in the outbox"),
    )
    for line in told:
        if not line.startswith("0 "):
            click.echo(f"  {line} erased")
    click.echo("  a keyed hash is kept: no import can add them again")
