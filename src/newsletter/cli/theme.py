"""`newsletter theme`: the themes there are, and making one's own."""

import click

from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.rendering.theme import copy_theme, find_themes
from newsletter.workspace import Workspace


@click.group(cls=CheckedGroup, short_help="List the themes, or create your own.")
def theme() -> None:
    """List the themes, or create your own.

    Example: newsletter theme new our-letter --from letter
    """


@theme.command("list")
@json_option
@with_workspace
def list_themes(workspace: Workspace, *, as_json: bool) -> None:
    """List the themes.

    Example: newsletter theme list
    """
    chosen = workspace.settings.theme.name
    themes = [
        {"name": name, "folder": str(folder), "chosen": name == chosen}
        for name, folder in sorted(find_themes(workspace).items())
    ]
    if as_json:
        print_json(themes)
        return
    for entry in themes:
        click.echo(f"{'*' if entry['chosen'] else ' '} {entry['name']:<16} {entry['folder']}")
    note(f"* marks the theme in use. To change it, set [theme] name in {workspace.root / 'newsletter.toml'}.")


@theme.command("new")
@click.argument("name")
@click.option("--from", "source", default="clinic", show_default=True, metavar="THEME", help="The theme to copy.")
@json_option
@with_workspace
def new(workspace: Workspace, name: str, source: str, *, as_json: bool) -> None:
    """Create the theme NAME as a copy that you can change.

    Example: newsletter theme new our-letter --from letter
    """
    folder = copy_theme(workspace, name, source)
    if as_json:
        print_json({"name": name, "folder": str(folder), "from": source})
        return
    click.echo(str(folder))
    note(f'Edit {folder / "theme.toml"}, and choose the theme in newsletter.toml:\n\n[theme]\nname = "{name}"')
