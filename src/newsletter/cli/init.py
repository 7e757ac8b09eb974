"""`newsletter init`: a new workspace, asking for the clinic's facts."""

from collections.abc import Callable
from pathlib import Path

import click

from newsletter.campaigns.refusals import why_no_sender
from newsletter.cli.output import is_terminal, json_option, note, print_json
from newsletter.workspace.answers import answer, key_of
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace

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
    asks = not yes and not as_json and is_terminal()
    make_workspace(folder, _ask() if asks else {})
    if as_json:
        print_json({"workspace": str(folder), "issue": SAMPLE_ISSUE})
        return
    click.echo(f"Made a workspace in {folder}, with a sample issue and made-up people. Try them:\n")
    at = f"newsletter -C {folder}"
    click.echo(f"  {at} preview {SAMPLE_ISSUE}")
    click.echo(
        f'  {at} subscribers import {folder / "samples" / "people.csv"} --consent "Made-up people, for trying out"'
    )
    click.echo(f"  {at} send {SAMPLE_ISSUE}\n")
    click.echo(f"When you no longer need the sample, delete {folder / 'newsletters' / SAMPLE_ISSUE}.")


def _ask() -> dict[str, str]:
    """Ask for each fact until it is one that the settings accept, and until all of them are right."""
    facts: dict[str, str] = {}
    while True:
        for path, question in _QUESTIONS.items():
            example = "" if path in facts else f", e.g. {_example(path)}"
            facts[path] = click.prompt(f"{question}{example}", default=facts.get(path), value_proc=_checked(path))
        note("")
        for path, question in _QUESTIONS.items():
            note(f"  {question}: {facts[path]}")
        if click.confirm("\nIs this right?", default=True, err=True):
            break
    return facts | {"sender.from_name": facts["clinic.name"], "sender.reply_to": facts["clinic.email"]}


def _example(path: str) -> str:
    return key_of(path).example.strip('"')


def _checked(path: str) -> Callable[[str], str]:
    """Return what makes click ask again until the settings accept the answer."""

    def check(typed: str) -> str:
        try:
            fact = str(answer(path, typed))
        except ValueError as err:
            raise click.UsageError(f"Expected {err}.") from err
        if path == "sender.from_email":
            _refuse_free_mail(fact)
        return fact

    return check


def _refuse_free_mail(address: str) -> None:
    why = why_no_sender(address)
    if why:
        raise click.UsageError(why)
