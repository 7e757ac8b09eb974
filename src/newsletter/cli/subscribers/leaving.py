"""`newsletter subscribers unsubscribe`, `mark-bounced` and `resubscribe`."""

from collections.abc import Sequence

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.output import note as tell
from newsletter.cli.store import workspace_store
from newsletter.errors import SubscriberError
from newsletter.services.people import readmit_all, suppress_people
from newsletter.subscribers import records
from newsletter.subscribers.addresses import check_address
from newsletter.subscribers.records import find_subscriber, subscriber_by_former_address, subscriber_by_id
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.tokens import read_token
from newsletter.subscribers.vocabulary import How, Reason
from newsletter.workspace import Workspace


@click.command(short_help="Unsubscribe one or several.")
@click.argument("emails", metavar="[EMAIL]...", nargs=-1)
@click.option("--token", help="The subject of a reader's mail: unsubscribe TOKEN.")
@click.option("--reason", default="", help="Why, if they said.")
@click.option("--anyway", is_flag=True, help="Suppress an address even if it is not on the list.")
@json_option
@with_workspace
def unsubscribe(
    workspace: Workspace, emails: tuple[str, ...], token: str | None, *, reason: str, anyway: bool, as_json: bool
) -> None:
    """Unsubscribe subscribers immediately, by address or by token.

    No import will add them again. If an address is not on the list, nobody is unsubscribed.

    Example: newsletter subscribers unsubscribe ana@example.org

    By token: newsletter subscribers unsubscribe --token "unsubscribe ahsk4…"
    """
    if bool(emails) == bool(token):
        raise click.UsageError("Give either addresses or --token TOKEN.")
    if token is not None:
        _by_token(workspace, token, as_json=as_json)
        return
    _suppress(workspace, emails, Reason.UNSUBSCRIBED, "unsubscribed", note=reason, anyway=anyway, as_json=as_json)


@click.command("mark-bounced", short_help="Mark addresses as bounced.")
@click.argument("emails", metavar="EMAIL...", nargs=-1, required=True)
@click.option("--reason", default="", help="How you know, for example: mail came back.")
@json_option
@with_workspace
def mark_bounced(workspace: Workspace, emails: tuple[str, ...], *, reason: str, as_json: bool) -> None:
    """Mark addresses as bounced: the mailbox does not exist, so nothing more is sent to it.

    If you learn the right address: newsletter subscribers edit EMAIL --email NEW

    Example: newsletter subscribers mark-bounced ana@example.org --reason "mail came back"
    """
    _suppress(workspace, emails, Reason.BOUNCED, "marked as bounced", note=reason, anyway=False, as_json=as_json)


def _suppress(
    workspace: Workspace,
    emails: Sequence[str],
    reason: Reason,
    done: str,
    *,
    note: str,
    anyway: bool,
    as_json: bool,
) -> None:
    addresses = [check_address(email).email for email in emails]
    with workspace_store(workspace) as store:
        with store.read() as connection:
            found = [
                find_subscriber(connection, one) or subscriber_by_former_address(connection, one) for one in addresses
            ]
        strangers = [address for address, person in zip(addresses, found, strict=True) if person is None]
        if strangers and not anyway:
            raise _unknown(len(strangers), len(addresses))
        came = suppress_people(workspace, store, [one.id for one in found if one], reason, note=note)
        with store.write() as connection:
            new = sum(suppress(connection, store.key, one, reason, note=note) for one in strangers)
    if came.withdrawn.in_words:
        tell(came.withdrawn.in_words)
    changed = len(came.people) + new
    if as_json and len(addresses) == 1:
        print_json({"changed": bool(changed), "known": not strangers})
    elif as_json:
        print_json({"changed": changed, "unchanged": len(addresses) - changed, "unknown": len(strangers)})
    elif len(addresses) > 1:
        click.echo(f"{changed:,} of {len(addresses):,} {done}.")
    elif strangers:
        click.echo("No subscriber has this address. It is suppressed now: no import will add it.")
    else:
        click.echo(f"They are {done}." if changed else "They were already suppressed; nothing was changed.")


def _unknown(strangers: int, addresses: int) -> SubscriberError:
    if addresses == 1:
        return SubscriberError("no subscriber has this address; nothing was changed", hint=_UNKNOWN)
    what = f"{strangers:,} of the {addresses:,} addresses are not on the list; nothing was changed"
    return SubscriberError(what, hint=_UNKNOWN)


_UNKNOWN = (
    "Check the spelling with: newsletter subscribers list --search PART\n"
    "To suppress an address anyway, so that no import adds it: newsletter subscribers unsubscribe EMAIL --anyway"
)


def _by_token(workspace: Workspace, token: str, *, as_json: bool) -> None:
    with workspace_store(workspace) as store:
        number = read_token(store.key, token)
        if number is None:
            hint = "Copy the whole subject line of the reader's mail, or use their address instead."
            raise SubscriberError("this token is not valid", hint=hint)
        done = suppress_people(workspace, store, [number], Reason.UNSUBSCRIBED, how=How.TOKEN)
        with store.read() as connection:
            person = subscriber_by_id(connection, number)
    if done.withdrawn.in_words:
        tell(done.withdrawn.in_words)
    if as_json:
        print_json({"changed": bool(done.people), "known": person is not None})
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
        person = records.resubscribe(connection, store.key, email, wording=consent, note=reason)
    if failure := readmit_all(workspace, [person.email]):
        tell(f"SendGrid may still suppress this address, and would then drop mail to it: {failure}.")
    if as_json:
        print_json(person.as_document())
    else:
        click.echo(f"{person.email} is {person.status} again.")
