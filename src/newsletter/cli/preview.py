"""``newsletter preview``: the desk in a browser."""

import functools
import html
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.errors import NewsletterError
from newsletter.issues import load
from newsletter.web.desk import Desk, Instance, Running
from newsletter.web.listening import listen
from newsletter.workspace import Workspace

_TROUBLE = """<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>The desk did not open</title>
<style>body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style>
<h1>The desk did not open</h1><p><b>{what}</b></p><p style="white-space:pre-line">{hint}</p>
"""


def _told_in_browser(command: Callable[..., None]) -> Callable[..., None]:
    """Show an error in the browser where no terminal could, and take the option that says so."""

    @functools.wraps(command)
    def wrapper(*args: Any, from_icon: bool, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except Exception as err:
            if from_icon:
                _show_trouble(err)
            raise

    return wrapper


@click.command(short_help="Open the desk in your browser.")
@slug_argument(required=False)
@click.option("--port", type=click.IntRange(0, 65535), help="The port to use. Default: the same one each time.")
@click.option("--open/--no-open", "open_browser", default=True, help="Open the browser, or only print the link.")
@click.option("--from-icon", is_flag=True, hidden=True, help="There is no terminal: show errors in the browser.")
@json_option
@_told_in_browser
@with_workspace
def preview(workspace: Workspace, slug: str | None, port: int | None, *, open_browser: bool, as_json: bool) -> None:
    """Open the desk in your browser: preview, write, import, test, send.

    The preview follows each file that you save. Only this computer can open the desk, and
    only through the printed link, which works once. Your browser then stays signed in. If the desk of this
    workspace runs already, it is opened instead of a second one. Press Ctrl-C to stop.
    "newsletter desk" is the same command; "newsletter shortcut" makes an icon for it.

    Example: newsletter preview 2026-12-connection
    """
    if slug:
        load.issue_folder(workspace, slug)  # an unknown name is told before a browser opens
    page = f"/issues/{slug}" if slug else "/"
    instance = Instance(workspace.root)
    found = instance.find_or_listen() if port is None else listen(port)
    if isinstance(found, Running):
        _announce(found.link(page), "The desk is open already.", open_browser=open_browser, as_json=as_json)
        return
    with found as listener:
        desk = Desk(workspace, listener, instance.secret)
        said = "Keep this window open while you work. Ctrl-C closes the desk."

        def announce() -> None:
            _announce(desk.link(page), said, open_browser=open_browser, as_json=as_json, beside=True)

        try:
            desk.run(announce)
        except KeyboardInterrupt:
            note("The desk is closed.")


def _announce(link: str, said: str, *, open_browser: bool, as_json: bool, beside: bool = False) -> None:
    """Tell the link and open it; `beside` a server, for some browsers hold up the program that starts them."""
    if as_json:
        print_json({"link": link})
    else:
        click.echo(link)
    note(said)
    if open_browser and beside:
        threading.Thread(target=webbrowser.open, args=[link], daemon=True).start()
    elif open_browser:
        webbrowser.open(link)


def _show_trouble(err: Exception) -> None:
    known = err if isinstance(err, NewsletterError) else NewsletterError(type(err).__name__, hint="Please report this.")
    where = f"{known.where}: " if known.where else ""
    page = _TROUBLE.format(what=html.escape(f"{where}{known.what}"), hint=html.escape(known.hint))
    path = Path(tempfile.mkdtemp(prefix="newsletter-")) / "desk.html"
    path.write_text(page, "utf-8")
    webbrowser.open(path.as_uri())
