"""`newsletter init`: a new workspace, asking for the clinic's facts."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import click

from newsletter.cli.output import is_terminal, json_option, note, print_json
from newsletter.workspace import Settings

_QUESTIONS = {
    "clinic.name": "The clinic's name",
    "clinic.website": "Its website",
    "clinic.phone": "The telephone number that readers call",
    "clinic.email": "The e-mail address that readers write to",
    "clinic.postal_address": "Its postal address (the law wants it in each issue)",
    "clinic.timezone": "Its time zone",
    "sender.from_email": "The address that issues come from, on the clinic's own domain",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("newsletter"))
@click.option("--yes", is_flag=True, help="Ask nothing: take the sample clinic's facts.")
@json_option
def init(folder: Path, *, yes: bool, as_json: bool) -> None:
    """Make a new workspace in FOLDER that works at once.

    It holds the settings, one sample issue and a sample list of 50 people who do not
    exist. Nothing leaves this machine until you choose another transport.

    Example: newsletter init elm-street
    """
    from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace  # noqa: PLC0415 - slow to import

    asks = not yes and not as_json and is_terminal()
    make_workspace(folder, _ask() if asks else {})
    if as_json:
        print_json({"workspace": str(folder), "issue": SAMPLE_ISSUE})
        return
    note(f"Made a workspace in {folder}. Try it:\n")
    at = f"newsletter -C {folder}"
    click.echo(f"  {at} preview {SAMPLE_ISSUE}")
    click.echo(
        f'  {at} subscribers import {folder / "samples" / "people.csv"} --consent "Made-up people, for trying out"'
    )
    click.echo(f"  {at} send {SAMPLE_ISSUE}")


def _ask() -> dict[str, str]:
    """Ask for each fact until it is one that the settings accept."""
    facts: dict[str, str] = {}
    for path, question in _QUESTIONS.items():
        facts[path] = click.prompt(f"{question}, e.g. {_example(path)}", value_proc=_checked(path))
    facts["sender.from_name"] = facts["clinic.name"]
    facts["sender.reply_to"] = facts["clinic.email"]
    return facts


def _key(path: str) -> "dataclasses.Field[object]":
    table, _, name = path.partition(".")
    section = next(field for field in dataclasses.fields(Settings) if field.name == table)
    return next(field for field in dataclasses.fields(section.type) if field.name == name)  # type: ignore[arg-type]


def _example(path: str) -> str:
    example: str = _key(path).metadata["key"].example
    return example.strip('"')


def _checked(path: str) -> Callable[[str], str]:
    """Return what makes click ask again until the settings accept the answer."""
    parse = _key(path).metadata["key"].parse

    def check(typed: str) -> str:
        try:
            parse(typed.strip())
        except ValueError as err:
            raise click.UsageError(f"Expected {err}.") from err
        return typed.strip()

    return check
