"""`newsletter serve`: the public pages."""

import contextlib
from functools import partial
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import note, with_workspace, workspace_store
from newsletter.errors import NewsletterError, WorkspaceError
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.transports.sendgrid.signature import Verifier


@click.command(short_help="Run the public pages: one-click unsubscribe, events.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8700, show_default=True, help="The port to listen on.")
@with_workspace
def serve(workspace: Workspace, host: str, port: int) -> None:
    """Answer the unsubscribe links in your mail, until Ctrl-C.

    Run it where web.public_url points to, behind a web server that speaks https. It
    must reach the same database as the sending machine. With the verification key of
    SendGrid's event webhook in newsletter.toml, it also takes in what SendGrid tells.

    Example: newsletter serve --port 8700
    """
    from newsletter.rendering import hosted_picture  # noqa: PLC0415 - slow to import
    from newsletter.web.public import create_public_pages, public_server  # noqa: PLC0415 - slow to import

    if not workspace.settings.web.public_url:
        hint = 'Put the address at which subscribers reach these pages into newsletter.toml:\n[web]\npublic_url = "https://…"'
        raise WorkspaceError("web.public_url is empty, so no mail would point here", hint=hint)
    with workspace_store(workspace) as store:
        verifier = _verifier(workspace)
        pictures, drop_held = partial(hosted_picture, workspace), partial(_drop_held, workspace)
        app = create_public_pages(store, workspace.settings.clinic, pictures, verifier, drop_held)
        note(f"Answering on http://{host}:{port}. Ctrl-C ends it.")
        note(_about_events(workspace, taken_in=verifier is not None))
        public_server(app, host, port).run()


def _drop_held(workspace: Workspace, emails: list[str]) -> None:
    """Have SendGrid drop what it still holds; if it cannot be told now, the next sync tells it."""
    from newsletter.campaigns.carrier import drop_held  # noqa: PLC0415 - slow to import

    with contextlib.suppress(NewsletterError):
        drop_held(workspace, emails)


def _verifier(workspace: Workspace) -> "Verifier | None":
    from newsletter.transports.sendgrid.signature import Verifier  # noqa: PLC0415 - slow to import

    key = workspace.settings.sendgrid.webhook_key
    return Verifier(key) if key else None


def _about_events(workspace: Workspace, *, taken_in: bool) -> str:
    from newsletter.campaigns.events import EVENTS_PATH  # noqa: PLC0415 - slow to import

    if taken_in:
        return f"SendGrid's events are taken in at {workspace.settings.web.public_url}{EVENTS_PATH}"
    return "SendGrid's events are not taken in: [sendgrid] webhook_key in newsletter.toml is empty."
