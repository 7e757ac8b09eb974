"""`newsletter subscribers edit`: correct one person's names and language."""

import click

from newsletter.cli.lazy import ClearingOption
from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.subscribers import editing, people
from newsletter.workspace import Workspace


@click.command(short_help="Correct a subscriber's name or language.")
@click.argument("email")
@click.option("--first-name", cls=ClearingOption, help='Their first name; "" removes it.')
@click.option("--last-name", cls=ClearingOption, help='Their last name; "" removes it.')
@click.option("--language", cls=ClearingOption, help='Their language, for example en or pt-BR; "" removes it.')
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
    """Correct the name or language of the subscriber with this address.

    What you do not give stays as it is. The address cannot be edited, because consent is
    given for one address: add the new address with its own consent, and unsubscribe the
    old one.

    Example: newsletter subscribers edit ana@example.org --first-name Ana --last-name ""
    """
    typed = {"first_name": first_name, "last_name": last_name, "language": language}
    wanted = {name: text for name, text in typed.items() if text is not None}
    if not wanted:
        raise click.UsageError("Nothing to correct: use --first-name, --last-name or --language.")
    with workspace_store(workspace) as store, store.write() as connection:
        before = people.person_or_reason(connection, store.key, email)
        known = {name: getattr(before, name) for name in typed}
        after = editing.edit(connection, before.id, **(known | wanted))
    if as_json:
        print_json(after.as_document())
    else:
        click.echo(f"{after.email}: {f'{after.first_name} {after.last_name}'.strip() or '(no name)'}")
