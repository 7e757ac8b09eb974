"""`newsletter subscribers unsubscribe` and `resubscribe`."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.cli.subscribers.elsewhere import mail_again, stop_held_mail
from newsletter.errors import SubscriberError
from newsletter.subscribers import leaving, people
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.people import find_person
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.tokens import read_token
from newsletter.subscribers.vocabulary import Reason
from newsletter.workspace import Workspace


@click.command(short_help="Unsubscribe somebody.")
@click.argument("email", required=False)
@click.option("--token", help="The subject of a reader's mail: unsubscribe TOKEN.")
@click.option("--reason", default="", help="Why, if they said.")
@click.option("--anyway", is_flag=True, help="Suppress the address even if it is not on the list.")
@json_option
@with_workspace
def unsubscribe(
    workspace: Workspace, email: str | None, token: str | None, *, reason: str, anyway: bool, as_json: bool
) -> None:
    """Unsubscribe somebody immediately, by address or by token.

    No import will add them again.

    Example: newsletter subscribers unsubscribe ana@example.org

    By token: newsletter subscribers unsubscribe --token "unsubscribe ahsk4…"
    """
    if (email is None) == (token is None):
        raise click.UsageError("Give either an address or --token TOKEN.")
    if token is not None:
        _by_token(workspace, token, as_json=as_json)
        return
    address = check_address(email or "").email
    with workspace_store(workspace) as store, store.write() as connection:
        known = find_person(connection, address) is not None
        if not known and not anyway:
            raise SubscriberError("no subscriber has this address; nothing was changed", hint=_UNKNOWN)
        changed = suppress(connection, store.key, address, Reason.UNSUBSCRIBED, note=reason)
    with workspace_store(workspace) as store:
        stop_held_mail(workspace, store, address)
    if as_json:
        print_json({"changed": changed, "known": known})
    elif not known:
        click.echo("No subscriber has this address. It is suppressed now: no import will add it.")
    else:
        click.echo("They are unsubscribed." if changed else "They were already unsubscribed.")


_UNKNOWN = (
    "Check the spelling with: newsletter subscribers list --search PART\n"
    "To suppress the address anyway, so that no import adds it: --anyway"
)


def _by_token(workspace: Workspace, token: str, *, as_json: bool) -> None:
    with workspace_store(workspace) as store:
        number = read_token(store.key, token)
        if number is None:
            hint = "Copy the whole subject line of the reader's mail, or use their address instead."
            raise SubscriberError("this token is not valid", hint=hint)
        with store.write() as connection:
            person = leaving.unsubscribe(connection, store.key, number)
        if person is not None:
            stop_held_mail(workspace, store, person.email)
    if as_json:
        print_json({"changed": person is not None, "known": person is not None})
    elif person is None:
        click.echo("No subscriber has this token: it is from a test message, or they were erased.")
    else:
        click.echo(f"{person.email} is unsubscribed.")


@click.command(short_help="Resubscribe somebody who asked to come back.")
@click.argument("email")
@click.option("--consent", required=True, metavar="WORDS", help="The exact wording that they agreed to this time.")
@click.option("--reason", required=True, help="How you know that they want to come back.")
@json_option
@with_workspace
def resubscribe(workspace: Workspace, email: str, *, consent: str, reason: str, as_json: bool) -> None:
    """Resubscribe somebody who asked to come back; their history keeps both.

    Example: newsletter subscribers resubscribe ana@example.org --consent "Please add me again." --reason "by phone"
    """
    with workspace_store(workspace) as store, store.write() as connection:
        person = people.resubscribe(connection, store.key, email, wording=consent, note=reason)
    mail_again(workspace, person.email)
    if as_json:
        print_json(person.as_document())
    else:
        click.echo(f"{person.email} is {person.status} again.")
