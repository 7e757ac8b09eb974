"""`newsletter send`: a summary, a typed yes, and the campaign."""

import contextlib
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsletter.campaigns import CampaignState
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.overview import campaign_status
from newsletter.campaigns.proposal import Choice, Proposal, check_approval
from newsletter.campaigns.schedule import parse_time, read_back
from newsletter.checks.verdict import summary
from newsletter.cli.choosing import audience_options, chosen_audience
from newsletter.cli.output import is_terminal, json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.sending import (
    as_document,
    at_work_on,
    carry_out,
    describe,
    from_here_option,
    people,
    refuse_unknown,
    take_over,
)
from newsletter.cli.store import workspace_store
from newsletter.errors import CampaignError
from newsletter.services.sending import (
    Proposed,
    checked_issue,
    ensure_fit,
    propose_campaign,
    start_campaign,
)
from newsletter.transports.opening import open_transport
from newsletter.workspace import Workspace


@click.command(short_help="Send an issue to its subscribers.")
@slug_argument()
@audience_options
@click.option("--rest", is_flag=True, help="Send to the subscribers who do not have this issue yet.")
@click.option("--now", is_flag=True, help="Send immediately, without time to undo.")
@click.option(
    "--at", metavar="TIME", default="", help='When to send it: "2026-12-01 09:00", in the clinic\'s time zone.'
)
@click.option("--by", metavar="NAME", default="", help="Your name; needed if a second person has to approve.")
@from_here_option
@click.option("--dry-run", is_flag=True, help="Show the summary and send nothing.")
@click.option("--wait", is_flag=True, help="With workers: come back when they have sent it.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def send(  # noqa: PLR0913 - one argument an option
    workspace: Workspace,
    slug: str,
    at: str,
    by: str,
    *,
    rest: bool,
    now: bool,
    moved: bool,
    dry_run: bool,
    wait: bool,
    yes: bool,
    as_json: bool,
    **whom: Any,
) -> None:
    """Send the issue SLUG to your subscribers, after a summary and a typed confirmation.

    Nobody gets an issue twice. If a send is interrupted, "newsletter resume" continues it.
    With --rest it goes to whoever does not have it yet, such as new subscribers.

    If "newsletter worker" runs for this database, the workers send it, and this command
    comes back at once; with --wait, when they are done.

    \b
    Examples:
      newsletter send 2026-12-connection --tag staff
      newsletter send 2026-12-connection --rest
    """  # noqa: D301 - \b is click's mark for lines to leave as they are
    if now and at:
        raise click.UsageError("Use either --at or --now.")
    issue = checked_issue(workspace, slug)
    transport = open_transport(workspace)
    ensure_fit(workspace, transport, issue)  # before a database is begun for it
    with workspace_store(workspace) as store, contextlib.closing(transport):
        take_over(store, moved=moved)
        audience = chosen_audience(workspace, **whom)
        choice = Choice(audience=audience, now=now, at=_time_to_come(workspace, at), by=by, rest=rest)
        if transport.suppression_lists:
            note("Asking SendGrid who unsubscribed, bounced or complained …")
        proposed = propose_campaign(workspace, store, transport, issue, choice)
        _say_suppressed(proposed)
        proposal = proposed.proposal
        checks = f"{summary(issue.findings)} (newsletter check {slug})"
        _show([*proposal.lines(workspace.settings), ("Checks", checks)])
        if dry_run:
            _end_dry_run(proposal, as_json=as_json)
            return
        check_approval(store, proposal)
        if not yes:
            _ask(proposal)
        campaign = start_campaign(store, proposal)
        if campaign.state is not CampaignState.SCHEDULED:
            carry_out(workspace, store, campaign, wait=wait)
        campaign, found = campaign_status(store, slug)
        senders = at_work_on(store, campaign)
    if as_json:
        print_json(as_document(campaign, found))
    else:
        click.echo("\n".join(describe(workspace, campaign, found, senders)))
    refuse_unknown(campaign, found)


def _say_suppressed(told: Proposed) -> None:
    if told.sync_failure:
        note(f"Note: {told.sync_failure}\nSendGrid still skips everyone on its own lists.")
    elif told.suppressed:
        note(f"{people(told.suppressed)} unsubscribed, bounced or complained at SendGrid and will not be mailed.")


def _time_to_come(workspace: Workspace, at: str) -> str:
    """Return the time as typed; if it is over, ask whether now will do."""
    zone, moment_now = workspace.settings.clinic.timezone, SYSTEM_CLOCK.now()
    moment = parse_time(at, zone) if at else None
    if moment is None or moment > moment_now or not is_terminal():
        return at  # without anybody to ask, it is refused in words
    note(f"{read_back(moment, zone, moment_now)} is in the past.")
    if click.confirm("Send it as soon as you confirm instead?", err=True):
        return ""
    note("Nothing was sent.")
    raise click.exceptions.Exit(1)


def _show(lines: list[tuple[str, str]]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in lines:
        table.add_row(Text(name, style="bold"), Text(value))
    Console(stderr=True, soft_wrap=True).print(table)


def _end_dry_run(proposal: Proposal, *, as_json: bool) -> None:
    if as_json:
        print_json(proposal.as_document())
        return
    click.echo(f"Nothing was sent. Without --dry-run this would go to {people(proposal.count)}.")


def _ask(proposal: Proposal) -> None:
    """Want the number of people, or "yes", typed by a person."""
    if not is_terminal():
        hint = "In a script, add --yes."
        raise CampaignError("sending needs a confirmation, and there is no terminal to ask in", hint=hint)
    question = f"Type {proposal.count} (the number of subscribers) or yes to send"
    if not proposal.seen.is_yes(click.prompt(question, default="", show_default=False, err=True)):
        note("Nothing was sent.")
        raise click.exceptions.Exit(1)
