"""`newsletter approve`: a second person's yes to an issue as it is now."""

import click

from newsletter.campaigns.approval import approve as write_down
from newsletter.campaigns.approval import checked_name
from newsletter.campaigns.model import short
from newsletter.campaigns.proposal import readable
from newsletter.checks.verdict import summary
from newsletter.cli.output import is_terminal, json_option, print_json, slug_argument, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import CampaignError
from newsletter.services.sending import checked_issue
from newsletter.workspace import Workspace


@click.command(short_help="Approve an issue for somebody else to send.")
@slug_argument()
@click.option("--by", "name", metavar="NAME", required=True, help="Your name.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def approve(workspace: Workspace, slug: str, name: str, *, yes: bool, as_json: bool) -> None:
    """Approve the issue SLUG as it is now, for somebody else to send.

    With approval = true under [team] in newsletter.toml, an issue can only be sent after
    somebody other than the sender has approved it. Any change to the issue cancels the approval.

    Example: newsletter approve 2026-12-connection --by "Ana Ruiz"
    """
    checked_name(name)
    issue = checked_issue(workspace, slug)
    message, findings = issue.message, issue.findings
    if not yes:
        _ask(readable(message.subject, message), short(message.digest), summary(findings))
    with workspace_store(workspace) as store, store.write() as connection:
        approval = write_down(connection, slug, message.digest, name)
    if as_json:
        print_json({"issue": slug} | approval.as_document())
        return
    click.echo(f"Approved by {approval.name}: version {short(message.digest)}. Any change to the issue cancels this.")


def _ask(subject: str, version: str, found: str) -> None:
    """Want a yes from a person who has read it."""
    if not is_terminal():
        hint = "In a script, add --yes."
        raise CampaignError("approving needs a confirmation, and there is no terminal to ask in", hint=hint)
    click.echo(f"{subject}\nVersion {version}; checks: {found}", err=True)
    if not click.confirm("Have you read it, and can it be sent?", default=False, err=True):
        raise click.exceptions.Exit(1)
