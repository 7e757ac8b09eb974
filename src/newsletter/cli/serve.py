"""`newsletter serve`: the public pages."""

from functools import partial

import click

from newsletter.archive import Archive
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.campaigns.report import public_picture
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import WorkspaceError
from newsletter.formatting import counted
from newsletter.services.requests import complete_requests, forget_unconfirmed
from newsletter.storage import Store
from newsletter.transports.sendgrid.signature import Verifier
from newsletter.web.listening import listen
from newsletter.web.public import create_public_pages, public_server, running_worker
from newsletter.web.public.request_log import log_to_stderr
from newsletter.workspace import Workspace


@click.command(short_help="Run the public pages: unsubscribe, subscribe, events.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True, help="The port to listen on.")
@click.option(
    "--forwarded-allow-ips",
    metavar="ADDRESSES",
    default="127.0.0.1",
    show_default=True,
    help="Web servers whose X-Forwarded-For header is believed, separated by commas.",
)
@click.option("--log", is_flag=True, help="Write a line of JSON for each request to standard error; it names nobody.")
@json_option
@with_workspace
def serve(workspace: Workspace, host: str, port: int, forwarded_allow_ips: str, *, log: bool, as_json: bool) -> None:
    """Run the public pages: unsubscribe, subscribe, preferences, until Ctrl-C.

    Run it where web.public_url points, behind a web server that provides https. It must
    use the same database as the computer that sends. With the verification key of
    SendGrid's event webhook in newsletter.toml, it also receives SendGrid's events.

    Example: newsletter serve --port 8700
    """
    if not workspace.settings.web.public_url:
        hint = 'Put the public address of these pages into newsletter.toml:\n[web]\npublic_url = "https://…"'
        raise WorkspaceError("web.public_url is empty, so no mail would point here", hint=hint)
    with (
        workspace_store(workspace) as store,
        listen(port, host) as listener,
        running_worker(partial(_complete, workspace, store), partial(forget_unconfirmed, store)) as worker,
    ):
        verifier = _verifier(workspace)
        pictures = partial(public_picture, workspace, store)
        archive = Archive(workspace, store) if workspace.settings.archive.public else None
        app = create_public_pages(
            workspace,
            store,
            pictures=pictures,
            verifier=verifier,
            archive=archive,
            wake=worker.wake,
            log=log_to_stderr if log else None,
        )
        if as_json:
            print_json({"host": host, "port": port, "events": verifier is not None})
        note(f"Listening on http://{host}:{port}. Press Ctrl-C to stop.")
        note(_about_signup(workspace))
        if archive:
            note(f"Sent issues can be read at {workspace.settings.archive_url}/")
        note(_about_events(workspace, taken_in=verifier is not None))
        public_server(app, host, port, forwarded_allow_ips).run(sockets=[listener])


def _complete(workspace: Workspace, store: Store) -> int:
    """Complete what was asked for on the pages; return how much has to wait."""
    done = complete_requests(workspace, store)
    if done.waiting:
        note(f"{counted(done.waiting, 'request has', 'requests have')} to wait: {done.trouble}")
    return done.waiting


def _verifier(workspace: Workspace) -> Verifier | None:
    key = workspace.settings.sendgrid.webhook_key
    return Verifier(key) if key else None


def _about_signup(workspace: Workspace) -> str:
    web = workspace.settings.web
    if web.signup:
        return f"People can subscribe at {web.public_url}/subscribe"
    return "People cannot subscribe here: [web] signup in newsletter.toml is false."


def _about_events(workspace: Workspace, *, taken_in: bool) -> str:
    if taken_in:
        return f"Receiving SendGrid's events at {workspace.settings.web.public_url}{EVENTS_PATH}"
    return "Not receiving SendGrid's events: [sendgrid] webhook_key in newsletter.toml is empty."
