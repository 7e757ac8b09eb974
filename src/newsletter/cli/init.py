"""`newsletter init`: a new workspace, asking for the clinic's facts."""

from collections.abc import Callable
from pathlib import Path

import click

from newsletter.campaigns.proposal import why_no_sender
from newsletter.cli.output import is_terminal, json_option, note, print_json
from newsletter.workspace.answers import answer, key_of
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace

_QUESTIONS = {
    "clinic.name": "Clinic name",
    "clinic.website": "Website",
    "clinic.phone": "Phone number for readers",
    "clinic.email": "Email address for readers",
    "clinic.postal_address": "Postal address (required by law in each issue)",
    "clinic.timezone": "Time zone",
    "sender.from_email": "Sender address, on the clinic's own domain",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("newsletter"))
@click.option("--yes", is_flag=True, help="Do not ask: use the sample clinic's details.")
@json_option
def init(folder: Path, *, yes: bool, as_json: bool) -> None:
    """Create a workspace that works right away, in FOLDER.

    It contains the settings, a sample issue and a sample list of 50 made-up people.
    Nothing is emailed until you choose another transport.

    Example: newsletter init elm-street
    """
    asks = not yes and not as_json and is_terminal()
    make_workspace(folder, _ask() if asks else {})
    if as_json:
        print_json({"workspace": str(folder), "issue": SAMPLE_ISSUE})
        return
    click.echo(f"Created a workspace in {folder}, with a sample issue and a list of made-up people. Try it:\n")
    at = f"newsletter -C {folder}"
    click.echo(f"  {at} preview {SAMPLE_ISSUE}")
    click.echo(
        f'  {at} subscribers import {folder / "samples" / "people.csv"} --consent "Made-up people, for trying out"'
    )
    click.echo(f"  {at} send {SAMPLE_ISSUE}\n")
    click.echo("For an icon that opens it without a terminal:\n")
    click.echo(f"  {at} shortcut\n")
    click.echo(f"When you no longer need the sample: {at} issue delete {SAMPLE_ISSUE}")


def _ask() -> dict[str, str]:
    """Ask for each fact until it is one that the settings accept, and until all of them are right."""
    facts: dict[str, str] = {}
    while True:
        for path, question in _QUESTIONS.items():
            example = "" if path in facts else f", e.g. {_example(path)}"
            known = facts.get(path, "")  # an empty answer is checked, too, so that it is said what is wanted
            facts[path] = click.prompt(
                f"{question}{example}", default=known, show_default=bool(known), value_proc=_checked(path)
            )
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
        if not typed.strip():
            raise click.UsageError(f"Type an answer, for example: {_example(path)}. To stop, press Ctrl+C.")
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
