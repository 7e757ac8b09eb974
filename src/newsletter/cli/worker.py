"""`newsletter worker`: what runs on servers, so that they share the sending."""

import click

from newsletter.campaigns.sender import noticed
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import StoreError
from newsletter.services.worker import Worker
from newsletter.storage.session import this_process
from newsletter.workspace import Workspace


@click.command(short_help="Send for a PostgreSQL database, beside other workers.")
@json_option
@with_workspace
def worker(workspace: Workspace, *, as_json: bool) -> None:
    """Send whatever the PostgreSQL database has to send, until Ctrl-C.

    Run it on as many computers as you like: workers share each send. Scheduled issues go
    out at their time. If a worker is killed, the others take over what it was sending.
    One of them also takes over SendGrid's suppressions, completes requests from the public pages,
    and deletes whoever did not confirm for 30 days.

    With SQLite there is nothing to share: use "newsletter run-due", or leave the desk open.

    Example: newsletter -C /srv/clinic worker
    """
    with workspace_store(workspace) as store:
        if store.is_file:
            hint = "With SQLite, let cron run this instead."
            raise StoreError("workers need a PostgreSQL database", hint=hint, command="newsletter run-due")
        if as_json:
            print_json({"worker": this_process()})
        note("Waiting for something to send. Press Ctrl-C to stop.")
        with noticed() as stop:
            Worker(workspace, store, note).run(stop)
    note("Stopped.")
