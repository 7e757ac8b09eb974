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


@click.command(short_help="Take somebody off the list.")
@click.argument("email", required=False)
@click.option("--token", help="What stands in the subject of a reader's mail: unsubscribe TOKEN.")
@click.option("--reason", default="", help="Why, if they said so.")
@click.option("--anyway", is_flag=True, help="Also if nobody on the list has this address: no import will add it.")
@json_option
@with_workspace
def unsubscribe(
    workspace: Workspace, email: str | None, token: str | None, *, reason: str, anyway: bool, as_json: bool
) -> None:
    """Take somebody off the list, at once and for good, by their address or by their token.

    No import will bring them back.

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
            raise SubscriberError("nobody on the list has this address; nothing was changed", hint=_UNKNOWN)
        changed = suppress(connection, store.key, address, Reason.UNSUBSCRIBED, note=reason)
    with workspace_store(workspace) as store:
        stop_held_mail(workspace, store, address)
    if as_json:
        print_json({"changed": changed, "known": known})
    elif not known:
        click.echo("Nobody on the list has this address. It is noted: no import will add it.")
    else:
        click.echo("They are off the list." if changed else "They had left already.")


_UNKNOWN = (
    "Perhaps it is mistyped; look with: newsletter subscribers list --search PART\n"
    "To note it all the same, so that no import adds it: --anyway"
)


def _by_token(workspace: Workspace, token: str, *, as_json: bool) -> None:
    with workspace_store(workspace) as store:
        number = read_token(store.key, token)
        if number is None:
            hint = "Copy the whole subject line of the reader's mail, or use their address instead."
            raise SubscriberError("this token does not belong to anybody", hint=hint)
        with store.write() as connection:
            person = leaving.unsubscribe(connection, store.key, number)
        if person is not None:
            stop_held_mail(workspace, store, person.email)
    if as_json:
        print_json({"changed": person is not None, "known": person is not None})
    elif person is None:
        click.echo("It belongs to nobody on the list: it comes from a test message, or they were erased.")
    else:
        click.echo(f"{person.email} is off the list.")


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
    with workspace_store(workspace) as store, store.write() as connection:
        person = people.resubscribe(connection, store.key, email, wording=consent, note=reason)
    mail_again(workspace, person.email)
    if as_json:
        print_json(person.as_document())
    else:
        click.echo(f"{person.email} is {person.status} again.")
