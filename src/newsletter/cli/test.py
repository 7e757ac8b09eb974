"""`newsletter test`: an issue as a real mail to those who look at it first."""

import click

from newsletter.checks.verdict import summary
from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.services.sending import checked_issue, send_tests
from newsletter.subscribers.addresses import check_address
from newsletter.workspace import Workspace


@click.command(short_help="Send an issue to yourself first.")
@slug_argument()
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
    addresses += workspace.settings.team.reviewers if team else ()
    if not addresses:
        told = "the list [team] reviewers in newsletter.toml is empty" if team else "no address is given"
        raise click.UsageError(f"{told}: --to EMAIL, or --team for the reviewers in newsletter.toml")
    checked = [check_address(address).email for address in addresses]
    issue = checked_issue(workspace, slug)
    with workspace_store(workspace) as store:
        transport, _ = send_tests(workspace, store, issue, checked, subscriber=person or "")
    if as_json:
        print_json({"issue": slug, "transport": transport.name, "sent": len(checked), "message": issue.message.digest})
        return
    where = (
        f"in {workspace.outbox_dir / slug}-test"
        if not transport.leaves_machine
        else f"on their way by {transport.name}"
    )
    click.echo(f"Test sent: {len(checked)} {where}. (Version {issue.message.digest[:8]}.)")
    click.echo(f"Checks: {summary(issue.findings)}. See them with: newsletter check {slug}")
