"""`newsletter subscribers edit`: correct one person's names and language."""

import click

from newsletter.cli.lazy import ClearingOption
from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.subscribers import editing, people
from newsletter.workspace import Workspace


@click.command(short_help="Correct one person's names and language.")
@click.argument("email")
@click.option("--first-name", cls=ClearingOption, help='Their first name; "" takes it away.')
@click.option("--last-name", cls=ClearingOption, help='Their last name; "" takes it away.')
@click.option("--language", cls=ClearingOption, help='Their language, for example en or pt-BR; "" takes it away.')
@json_option
@with_workspace
def edit(
    workspace: Workspace,
    email: str,
    *,
    first_name: str | None,
    last_name: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Correct the names and the language of the person with this address; what is not named stays.

    The address itself cannot be edited: people agree for one address. Add the new one with
    its own words, and take the old one off the list.

    Example: newsletter subscribers edit ana@example.org --first-name Ana --last-name ""
    """
    typed = {"first_name": first_name, "last_name": last_name, "language": language}
    wanted = {name: text for name, text in typed.items() if text is not None}
    if not wanted:
        raise click.UsageError("Say what to correct: --first-name, --last-name or --language.")
    with workspace_store(workspace) as store, store.write() as connection:
        before = people.person_or_reason(connection, store.key, email)
        known = {name: getattr(before, name) for name in typed}
        after = editing.edit(connection, before.id, **(known | wanted))
    if as_json:
        print_json(after.as_document())
    else:
        click.echo(f"{after.email}: {f'{after.first_name} {after.last_name}'.strip() or '(no name)'}")
