"""``newsletter preview``: the desk in a browser."""

import threading
import webbrowser

import click

from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.issues import load
from newsletter.web.desk import Desk, listen_as_before
from newsletter.web.listening import listen
from newsletter.workspace import Workspace


@click.command(short_help="Open the desk in your browser.")
@slug_argument(required=False)
@click.option("--port", type=click.IntRange(0, 65535), help="The port to use. Default: the same one each time.")
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser, or only print the link.")
@json_option
@with_workspace
def preview(workspace: Workspace, slug: str | None, port: int | None, *, open_browser: bool, as_json: bool) -> None:
    """Open the desk in your browser: preview, write, import, test, send.

    The preview follows each file that you save. Only this computer can open the desk, and
    only through the printed link, which works once. Press Ctrl-C to stop.
    "newsletter desk" is the same command.

    Example: newsletter preview 2026-12-connection
    """
    if slug:
        load.issue_folder(workspace, slug)  # an unknown name is told before a browser opens
    with listen_as_before(workspace.root) if port is None else listen(port) as listener:
        desk = Desk(workspace, listener)
        link = desk.link(f"/issues/{slug}" if slug else "/")

        def announce() -> None:
            if as_json:
                print_json({"link": link})
            else:
                click.echo(link)
            note("Keep this window open while you work. Ctrl-C closes the desk.")
            if open_browser:  # beside the server: some browsers hold up the program that starts them
                threading.Thread(target=webbrowser.open, args=[link], daemon=True).start()

        try:
            desk.run(announce)
        except KeyboardInterrupt:
            note("The desk is closed.")
