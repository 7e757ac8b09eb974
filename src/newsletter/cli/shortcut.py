"""`newsletter shortcut`: an icon that opens the desk."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.services.shortcut import Shortcut, launch_of, put_shortcut, remove_shortcut, shortcut_of
from newsletter.workspace import Workspace


@click.command(short_help="Put an icon on the desktop that opens the desk.")
@click.option("--name", default="", help="What stands below the icon. Default: the newsletter's name.")
@click.option("--remove", is_flag=True, help="Remove the icon.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written or removed.")
@json_option
@with_workspace
def shortcut(workspace: Workspace, name: str, *, remove: bool, dry_run: bool, as_json: bool) -> None:
    """Put an icon on the desktop and into the menu that opens the desk.

    A double click starts the desk without a terminal, or shows the one that runs already. To end the desk, choose
    "Close the desk" in its settings. The icon is for your account on this computer; on another one, or after the
    workspace has moved, run the command again.

    Example: newsletter shortcut
    """
    launch = launch_of(workspace, name)
    if dry_run:
        found = shortcut_of(launch)
        paths = _paths(found)
    elif remove:
        found, paths = shortcut_of(launch), [str(path) for path in remove_shortcut(launch)]
    else:
        found = put_shortcut(launch)
        paths = _paths(found)
    if as_json:
        print_json({"name": launch.name, "command": launch.command, "files": paths, "removed": remove and not dry_run})
        return
    places = " and ".join(found.shown)
    if dry_run:
        click.echo("\n".join([f"Would {'remove' if remove else 'write'} (for {places}):", *paths]))
    elif remove:
        click.echo(f"Removed “{launch.name}” from {places}.")
    else:
        click.echo(f"“{launch.name}” is on your computer now: in {places}.")


def _paths(found: Shortcut) -> list[str]:
    return [str(path) for path in (*found.files, *found.links)]
