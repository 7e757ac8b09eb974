"""`newsletter subscribers edit`: correct one person's names, language and address."""

import click

from newsletter.cli.lazy import ClearingOption
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.services.people import correct_address
from newsletter.subscribers import records
from newsletter.workspace import Workspace


@click.command(short_help="Correct a subscriber's name, language or address.")
@click.argument("email")
@click.option("--first-name", cls=ClearingOption, help='Their first name; "" removes it.')
@click.option("--last-name", cls=ClearingOption, help='Their last name; "" removes it.')
@click.option("--language", cls=ClearingOption, help='Their language, for example en or pt-BR; "" removes it.')
@click.option("--email", "new_email", help="Their right address.")
@click.option("--anyway", is_flag=True, help="Use the address even if it looks mistyped.")
@json_option
@with_workspace
def edit(  # noqa: PLR0913 - one parameter an option
    workspace: Workspace,
    email: str,
    *,
    first_name: str | None,
    last_name: str | None,
    language: str | None,
    new_email: str | None,
    anyway: bool,
    as_json: bool,
) -> None:
    """Correct the name, the language or the address of the subscriber with this address.

    What you do not give stays as it is. With a new address they keep their consent record, and nothing more is sent to
    the old one: whatever of an issue is not yet sent to it is skipped, and "newsletter send SLUG --rest" sends it
    to the new one. Somebody who unsubscribed stays unsubscribed.

    Example: newsletter subscribers edit ana@example.org --first-name Ana --last-name ""

    A new address: newsletter subscribers edit ana@exmaple.org --email ana@example.org
    """
    typed = {"first_name": first_name, "last_name": last_name, "language": language}
    wanted = {name: text for name, text in typed.items() if text is not None}
    if not wanted and new_email is None:
        raise click.UsageError("Nothing to correct: use --first-name, --last-name, --language or --email.")
    with workspace_store(workspace) as store:
        with store.read() as connection:
            before = after = records.subscriber_or_reason(connection, store.key, email)
        if new_email is not None:
            corrected = correct_address(workspace, store, before.id, new_email, anyway=anyway)
            after = corrected.after
            if corrected.withdrawn.in_words:
                note(corrected.withdrawn.in_words)
        if wanted:
            with store.write() as connection:
                known = {name: getattr(before, name) for name in typed}
                after = records.edit(connection, before.id, **(known | wanted))
    if as_json:
        print_json(after.as_document())
        return
    click.echo(f"{after.email}: {f'{after.first_name} {after.last_name}'.strip() or '(no name)'}, {after.status}")
    if after.email != before.email:
        note("Nothing more is sent to the old address. No import will add it.")
