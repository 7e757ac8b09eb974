"""Groups of commands: no value may be empty unaware, and commands are imported only when they are run."""

import gc
import importlib
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from click.shell_completion import CompletionItem

from newsletter.cli.commands import Command

_SEPARATORS = frozenset(",;|:*\"'“”‘’`，、；")


class ClearingOption(click.Option):
    """An option for which an empty value has a meaning: it clears what is there."""


class CheckedGroup(click.Group):
    """A group that refuses empty values for its own options and for those of every command in it.

    An unset variable in a script makes ``--tag "$TAG"`` an empty value. Taken as "no tag",
    that would send to everybody.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options."""
        if not ctx.resilient_parsing:  # else a shell asks how to go on with what is typed
            _refuse_empty(self, ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and look at what it is given."""
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not isinstance(command, CheckedGroup) and not ctx.resilient_parsing:
            with click.Context(command, parent=ctx, info_name=name, **command.context_settings) as its_own:
                _refuse_empty(command, its_own, rest)
        return name, command, rest


def _refuse_empty(command: click.Command, ctx: click.Context, args: Iterable[str]) -> None:
    """Look at the values as they were typed: a path or a number would have made something of nothing."""
    typed, _, _ = command.make_parser(ctx).parse_args(list(args))
    for parameter in command.get_params(ctx):
        if isinstance(parameter, ClearingOption):
            continue
        if any(map(_is_empty, _texts(typed.get(parameter.name or "")))):
            what = "it is empty. Is a variable in your script not set? Give it a value, or leave it out"
            raise click.BadParameter(what, ctx=ctx, param=parameter)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _is_empty(value: str) -> bool:
    """Whether nothing is in it but blanks, invisible signs, and what separates or quotes the parts of a list."""
    return all(sign in _SEPARATORS or unicodedata.category(sign)[0] in "ZC" for sign in value)


class LazyGroup(CheckedGroup):
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
        _load(entry.module)
        command: click.Command = getattr(sys.modules[entry.module], entry.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(self._all_names(name), entry.short_help) for name, entry in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands from the table, importing none; and the group's own options."""
        found = {name: entry for name, entry in self._table.items() if name.startswith(incomplete)}
        items = [CompletionItem(name, help=entry.short_help) for name, entry in found.items()]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def _all_names(self, name: str) -> str:
        return ", ".join([name, *(alias for alias, meant in self._aliases.items() if meant == name)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a misspelt one."""
        names = [*self._table, *self._aliases]
        if args and not args[0].startswith("-") and args[0] not in names and not ctx.resilient_parsing:
            import difflib  # noqa: PLC0415 - only for a mistake

            close = difflib.get_close_matches(args[0], names, n=1)
            suggestion = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"No such command '{args[0]}'.{suggestion}")
        return super().resolve_command(ctx, args)


def _load(module: str) -> None:
    """Import a module; what it brings is no garbage, and to search it for some would take a fifth of the start."""
    if module in sys.modules:
        return
    gc.disable()
    try:
        importlib.import_module(module)
    finally:
        gc.enable()
    gc.freeze()
