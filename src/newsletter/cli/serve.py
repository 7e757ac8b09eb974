"""`newsletter serve`: the public pages."""

import contextlib
from functools import partial

import click

from newsletter.archive import Archive
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.campaigns.report import public_picture
from newsletter.campaigns.syncing import withdraw
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import NewsletterError, WorkspaceError
from newsletter.storage import Store
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.listening import listen
from newsletter.web.public import create_public_pages, public_server
from newsletter.workspace import Workspace


@click.command(short_help="Run the public pages: unsubscribe links, events.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True, help="The port to listen on.")
@json_option
@with_workspace
def serve(workspace: Workspace, host: str, port: int, *, as_json: bool) -> None:
    """Run the pages behind your unsubscribe links, until Ctrl-C.

    Run it where web.public_url points, behind a web server that provides https. It must
    use the same database as the computer that sends. With the verification key of
    SendGrid's event webhook in newsletter.toml, it also receives SendGrid's events.

    Example: newsletter serve --port 8700
    """
    if not workspace.settings.web.public_url:
        hint = 'Put the public address of these pages into newsletter.toml:\n[web]\npublic_url = "https://…"'
        raise WorkspaceError("web.public_url is empty, so no mail would point here", hint=hint)
    with workspace_store(workspace) as store:
        verifier = _verifier(workspace)
        pictures, stop_held = partial(public_picture, workspace, store), partial(_stop_held_mail, workspace, store)
        archive = Archive(workspace, store) if workspace.settings.archive.public else None
        app = create_public_pages(store, workspace.settings.clinic, pictures, verifier, stop_held, archive)
        with listen(port, host) as listener:
            if as_json:
                print_json({"host": host, "port": port, "events": verifier is not None})
            note(f"Listening on http://{host}:{port}. Press Ctrl-C to stop.")
            if archive:
                note(f"Sent issues can be read at {workspace.settings.archive_url}/")
            note(_about_events(workspace, taken_in=verifier is not None))
            public_server(app, host, port).run(sockets=[listener])


def _stop_held_mail(workspace: Workspace, store: Store, email: str) -> None:
    """Have SendGrid drop what it still holds; if it cannot be told now, the next sync tells it."""
    with contextlib.suppress(NewsletterError):
        withdraw(workspace, store, email)


def _verifier(workspace: Workspace) -> Verifier | None:
    key = workspace.settings.sendgrid.webhook_key
    return Verifier(key) if key else None


def _about_events(workspace: Workspace, *, taken_in: bool) -> str:
    if taken_in:
        return f"Receiving SendGrid's events at {workspace.settings.web.public_url}{EVENTS_PATH}"
    return "Not receiving SendGrid's events: [sendgrid] webhook_key in newsletter.toml is empty."
