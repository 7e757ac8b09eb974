"""`newsletter test`: an issue as a real mail to those who look at it first."""

import contextlib

import click

from newsletter.cli.fitness import checked_message
from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.workspace import Workspace


@click.command(short_help="Send an issue to yourself first.")
@click.argument("slug")
@click.option(
    "--to", "addresses", metavar="EMAIL", multiple=True, help="Send the test to this address; can be repeated."
)
@click.option("--team", is_flag=True, help="Send it to the reviewers under [team] in newsletter.toml.")
@click.option(
    "--as", "person", metavar="EMAIL", help="Fill it in for this subscriber, with their real unsubscribe link."
)
@json_option
@with_workspace
def test(
    workspace: Workspace, slug: str, addresses: tuple[str, ...], person: str | None, *, team: bool, as_json: bool
) -> None:
    """Send the issue SLUG as it is now, with [Test] before its subject.

    It is sent in the same way as the real issue ([delivery] transport), but only to the
    addresses that you give.

    Example: newsletter test 2026-12-connection --to me@example.org
    """
    from newsletter.campaigns.refusals import refuse_unfit  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.testing import TestReader, send_test  # noqa: PLC0415 - slow to import
    from newsletter.checks.verdict import summary  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.addresses import check_address  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.people import known_person  # noqa: PLC0415 - slow to import
    from newsletter.transports.opening import open_transport  # noqa: PLC0415 - slow to import

    addresses += workspace.settings.team.reviewers if team else ()
    if not addresses:
        told = "the list [team] reviewers in newsletter.toml is empty" if team else "no address is given"
        raise click.UsageError(f"{told}: --to EMAIL, or --team for the reviewers in newsletter.toml")
    checked = [check_address(address).email for address in addresses]
    message, findings = checked_message(workspace, slug)
    transport = open_transport(workspace)
    refuse_unfit(message, workspace.settings, transport)
    with workspace_store(workspace) as store:
        reader = TestReader()
        if person:
            with store.read() as connection:
                found = known_person(connection, person)
            reader = TestReader(found.first_name, found.last_name, found.id)
        public_url = workspace.settings.web.public_url
        with contextlib.closing(transport):
            send_test(store, message, transport, slug=slug, addresses=checked, reader=reader, public_url=public_url)
    if as_json:
        print_json({"issue": slug, "transport": transport.name, "sent": len(checked), "message": message.digest})
        return
    where = (
        f"in {workspace.outbox_dir / slug}-test"
        if not transport.leaves_machine
        else f"on their way by {transport.name}"
    )
    click.echo(f"Test sent: {len(checked)} {where}. (Version {message.digest[:8]}.)")
    click.echo(f"Checks: {summary(findings)}. See them with: newsletter check {slug}")
