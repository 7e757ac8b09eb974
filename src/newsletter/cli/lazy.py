"""A group of commands that imports none of them before it is run: asking for help stays quick."""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from newsletter.cli.commands import Command


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are run.

    Its `table` says where each is implemented and what the overview says of it; `aliases`
    are second names.
    """

    def __init__(
        self, *args: Any, table: Mapping[str, Command], aliases: Mapping[str, str] = {}, **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self._table = table
        self._aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        entry = self._table.get(self._aliases.get(cmd_name, cmd_name))
        if entry is None:
            return None
        command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(self._all_names(name), entry.short_help) for name, entry in self._table.items()])

    def _all_names(self, name: str) -> str:
        return ", ".join([name, *(alias for alias, meant in self._aliases.items() if meant == name)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a misspelt one."""
        names = [*self._table, *self._aliases]
        if args and not args[0].startswith("-") and args[0] not in names:
            import difflib  # noqa: PLC0415 - only for a mistake

            close = difflib.get_close_matches(args[0], names, n=1)
            suggestion = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"No such command '{args[0]}'.{suggestion}")
        return super().resolve_command(ctx, args)
