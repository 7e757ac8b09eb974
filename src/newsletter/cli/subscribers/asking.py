"""`newsletter subscribers ask`: mail pending subscribers a link to confirm."""

import click

from newsletter.cli.output import is_terminal, json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import SubscriberError
from newsletter.formatting import counted
from newsletter.services.consent import ask_pending, not_asked
from newsletter.services.requests import complete_requests
from newsletter.workspace import Workspace


@click.command(short_help="Ask pending subscribers to confirm.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def ask(workspace: Workspace, *, yes: bool, as_json: bool) -> None:
    """Mail everybody who is pending a link with which they confirm their address.

    Nobody is asked twice within a month. Whoever does not confirm for 30 days is deleted.

    Example: newsletter subscribers ask
    """
    with workspace_store(workspace) as store:
        with store.read() as connection:
            number = len(not_asked(connection))
        if number and not yes:
            if not is_terminal():
                raise SubscriberError("asking people needs a confirmation", hint="In a script, add --yes.")
            question = f"Mail {counted(number, 'person', 'people')} a link to confirm? Those who ignore it are deleted."
            if not click.confirm(question, err=True):
                note("Nobody was asked.")
                return
        number = ask_pending(store)
        done = complete_requests(workspace, store)
    if as_json:
        print_json({"asked": number, "mailed": done.mailed, "waiting": done.waiting})
    elif not number:
        click.echo("Nobody is pending who was not asked within the last month.")
    else:
        click.echo(f"Sent {counted(done.mailed, 'mail', 'mails')}.")
    if done.waiting:
        note(f"{counted(done.waiting, 'mail has', 'mails have')} to wait: {done.trouble}")
