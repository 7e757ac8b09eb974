"""Writes `users/cli.md` out of the commands themselves, so that it leaves none out.

python docs/make_cli.py
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from newsletter.cli.main import cli

PAGE = Path(__file__).parent / "users" / "cli.md"
INTRODUCTION = """\
# Commands

Every command and every option. `newsletter COMMAND --help` prints the same.
See also [environment variables and exit codes](environment.md).

## For scripts

Every command but `completion` takes `--json`. It then prints one JSON document on standard output; notes, questions
and errors go to standard error. Add `--yes` where a command would ask. A key has the same meaning in every command:

| key | meaning |
| --- | --- |
| `issue` | the issue's short name |
| `subject`, `preheader` | as subscribers without a name see them |
| `state` | `draft`, `scheduled`, `sending`, `paused`, `held`, `sent`, `cancelling` or `cancelled` |
| `counts` | messages by state: `queued`, `accepted`, `unknown` … |
| `skipped` | who was left out: how many, by reason |
| `unknown` | how many messages may or may not have been sent; `unknown_people` and `unknown_issues` name them |
| `message` | the version of the mail, as a hash |
| `file`, `files`, `folder` | where something was written |
| names with `_at`, `held_until` | a moment, as ISO 8601 with its zone |

## Completion

`newsletter completion` sets up Tab in bash, zsh and fish: it completes commands, options and the
names of issues.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(cli_page(), "utf-8", newline="\n")


def cli_page() -> str:
    """Return the page: a section a command."""
    with click.Context(cli, info_name="newsletter") as ctx:
        return INTRODUCTION + "".join(f"{line}\n" for line in _group(cli, ctx))


def _group(group: click.Group, ctx: click.Context) -> Iterator[str]:
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        with click.Context(command, parent=ctx, info_name=name) as inner:
            if isinstance(command, click.Group):
                yield from _group(command, inner)
            else:
                yield from _section(command, inner)


def _section(command: click.Command, ctx: click.Context) -> Iterator[str]:
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"\n## {ctx.command_path}\n\n    {usage}\n"
    yield _as_markdown(inspect.cleandoc(command.help or ""))
    options = [each for each in command.params if isinstance(each, click.Option)]
    records = [record for each in options if (record := each.get_help_record(ctx)) is not None]
    if records:
        yield "\n| option | meaning |\n| --- | --- |"
        yield from (f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in records)


def _as_markdown(text: str) -> str:
    """Set the examples as code: they are indented, in paragraphs that click is told to leave as they are."""
    lines: list[str] = []
    for line in text.replace("\b\n", "").splitlines():
        is_code = line.startswith("  ")
        if is_code and lines and lines[-1] and not lines[-1].startswith("  "):
            lines.append("")
        lines.append(f"  {line}" if is_code else line)
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
