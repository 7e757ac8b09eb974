"""`newsletter resolve`: settle what may or may not have been sent."""

import click

from newsletter.campaigns import known_campaign
from newsletter.campaigns.overview import campaign_status
from newsletter.campaigns.resolution import count_unresolved
from newsletter.cli.output import is_terminal, json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.sending import as_document, messages
from newsletter.cli.store import workspace_store
from newsletter.errors import CampaignError
from newsletter.services.sending import ask_provider, resolve_deliveries
from newsletter.workspace import Workspace


@click.command(short_help="Resolve messages that may or may not have been sent.")
@slug_argument()
@click.option("--sent", "verdict", flag_value="sent", help="They were sent: somebody received one of them.")
@click.option("--not-sent", "verdict", flag_value="not-sent", help="They were not sent: queue them for resume.")
@click.option(
    "--ask", "verdict", flag_value="ask", help="Look them up in SendGrid's Email Logs (the key needs that permission)."
)
@click.option(
    "--only", "addresses", metavar="EMAIL", multiple=True, help="Only the message to this address; can be repeated."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def resolve(
    workspace: Workspace, slug: str, verdict: str | None, addresses: tuple[str, ...], *, yes: bool, as_json: bool
) -> None:
    """Resolve the messages of the issue SLUG that may or may not have been sent.

    They are never sent again automatically. If one of them arrived, use --sent. If you
    are sure that none did, use --not-sent, and "newsletter resume" sends them.

    Example: newsletter resolve 2026-12-connection --sent
    """
    if verdict is None:
        raise click.UsageError("Choose --sent, --not-sent or --ask.")
    with workspace_store(workspace) as store:
        campaign = known_campaign(store, slug)
        number = count_unresolved(store, campaign, addresses)
        if verdict == "ask":
            settled = ask_provider(workspace, store, campaign)
        elif number and not (yes or _confirmed(number, verdict)):
            raise click.exceptions.Exit(1)
        else:
            settled = resolve_deliveries(workspace, store, campaign, sent=verdict == "sent", only=addresses)
        campaign, found = campaign_status(store, slug)
    if as_json:
        print_json(as_document(campaign, found) | {"settled": settled})
        return
    click.echo(f"{messages(settled)} resolved.")
    if settled and verdict == "not-sent":
        again = "send" if campaign.state == "cancelled" else "resume"
        click.echo(f"Send them with: newsletter {again} {slug}")


def _confirmed(number: int, verdict: str) -> bool:
    """Want the number typed: what is queued here may reach somebody twice."""
    if not is_terminal():
        raise CampaignError(
            "this needs a confirmation, and there is no terminal to ask in", hint="In a script, add --yes."
        )
    meaning = "will be sent again" if verdict == "not-sent" else "will count as sent"
    answer = click.prompt(
        f"{messages(number)} {meaning}. Type {number} to confirm", default="", show_default=False, err=True
    )
    if answer.strip().replace(",", "") == str(number):
        return True
    note("Nothing was changed.")
    return False
