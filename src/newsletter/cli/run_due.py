"""`newsletter run-due`: what cron runs every few minutes, so that scheduled issues go out."""

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace, workspace_store
from newsletter.cli.sending import as_document, carry_out, describe, stand
from newsletter.errors import NewsletterError
from newsletter.workspace import Workspace


@click.command("run-due", short_help="Send the scheduled issues whose time has come (for cron).")
@json_option
@click.pass_context
@with_workspace
def run_due(workspace: Workspace, ctx: click.Context, *, as_json: bool) -> None:
    """Send every scheduled issue whose time has come.

    One that is more than an hour late, because the computer was off, say, is not sent by
    itself: a person decides with "newsletter resume" or "newsletter cancel".

    Example, in a crontab: */5 * * * * newsletter -C /srv/clinic run-due
    """
    from newsletter.campaigns.clock import SYSTEM_CLOCK  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.schedule import due_campaigns, read_back  # noqa: PLC0415 - slow to import
    from newsletter.transports.opening import open_transport  # noqa: PLC0415 - slow to import

    documents, failed = [], False
    with workspace_store(workspace) as store:
        now = SYSTEM_CLOCK.now()
        for due in due_campaigns(store, now):
            slug = due.campaign.slug
            if due.late and due.campaign.due_at:
                when = read_back(due.campaign.due_at, workspace.settings.clinic.timezone, now)
                note(f"{slug} was due on {when} and was NOT sent.")
                note(f"Send it now with: newsletter resume {slug}\nor stop it with: newsletter cancel {slug}")
                failed = True
                continue
            try:
                carry_out(workspace, store, due.campaign, open_transport(workspace, due.campaign.plan.transport))
            except NewsletterError as err:  # the next one may well go out
                note(f"Error: {slug}: {err}")
                failed = True
            campaign, found = stand(store, slug)
            documents.append(as_document(campaign, found))
            if not as_json:
                click.echo("\n".join([f"{slug}:", *describe(workspace, campaign, found)]))
    if as_json:
        print_json(documents)
    ctx.exit(1 if failed else 0)
