"""`newsletter subscribers unsubscribe` and `resubscribe`."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.errors import SubscriberError
from newsletter.workspace import Workspace


@click.command(short_help="Take somebody off the list.")
@click.argument("email", required=False)
@click.option("--token", help="What stands in the subject of a reader's mail: unsubscribe TOKEN.")
@click.option("--reason", default="", help="Why, if they said so.")
@json_option
@with_workspace
def unsubscribe(workspace: Workspace, email: str | None, token: str | None, *, reason: str, as_json: bool) -> None:
    """Take somebody off the list, at once and for good, by their address or by their token.

    Somebody who is not on the list cannot be added by an import afterwards.

    Example: newsletter subscribers unsubscribe ana@example.org

    By token: newsletter subscribers unsubscribe --token "unsubscribe ahsk4…"
    """
    if (email is None) == (token is None):
        raise click.UsageError("Give either an address or --token TOKEN.")
    if token is not None:
        _by_token(workspace, token, as_json=as_json)
        return
    from newsletter.subscribers.addresses import check_address  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.people import find_person  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.suppression import suppress  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.vocabulary import Reason  # noqa: PLC0415 - slow to import

    address = check_address(email or "").email
    with workspace_store(workspace) as store, store.write() as connection:
        changed = suppress(connection, store.key, address, Reason.UNSUBSCRIBED, note=reason)
        known = find_person(connection, address) is not None
    if as_json:
        print_json({"changed": changed, "known": known})
    elif not known:
        click.echo("Nobody on the list has this address. It is noted: no import will add it.")
    else:
        click.echo("They are off the list." if changed else "They had left already.")


def _by_token(workspace: Workspace, token: str, *, as_json: bool) -> None:
    from newsletter.subscribers.leaving import leave  # noqa: PLC0415 - SQLAlchemy is slow to import

    with workspace_store(workspace) as store:
        if not leave(store, token):
            hint = "Copy the whole subject line of the reader's mail, or use their address instead."
            raise SubscriberError("this token does not belong to anybody", hint=hint)
    if as_json:
        print_json({"changed": True})
    else:
        click.echo("They are off the list.")


@click.command(short_help="Bring back somebody who asked to return.")
@click.argument("email")
@click.option("--consent", required=True, metavar="WORDS", help="The exact words that they agreed to this time.")
@click.option("--reason", required=True, help="How you know that they want to come back.")
@json_option
@with_workspace
def resubscribe(workspace: Workspace, email: str, *, consent: str, reason: str, as_json: bool) -> None:
    """Bring back somebody who left and asked to return; both are kept in their history.

    Example: newsletter subscribers resubscribe ana@example.org --consent "Please add me again." --reason "by phone"
    """
    from newsletter.subscribers import people  # noqa: PLC0415 - SQLAlchemy is slow to import

    with workspace_store(workspace) as store, store.write() as connection:
        person = people.resubscribe(connection, store.key, email, wording=consent, note=reason)
    if as_json:
        print_json(person.as_document())
    else:
        click.echo(f"{person.email} is {person.status} again.")
