"""`newsletter cancel`: stop what can still be stopped."""

import click

from newsletter.campaigns import Campaign, known_campaign
from newsletter.campaigns.cancellation import Cancellation, cancel_issue
from newsletter.campaigns.carrier import carrier_of
from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.sending import as_document, from_here_option, messages, stand, take_over
from newsletter.cli.store import workspace_store
from newsletter.storage import Store
from newsletter.workspace import Workspace


@click.command(short_help="Stop a send, as far as it can be stopped.")
@slug_argument()
@from_here_option
@json_option
@with_workspace
def cancel(workspace: Workspace, slug: str, *, moved: bool, as_json: bool) -> None:
    """Stop sending the issue SLUG, and cancel what SendGrid still holds.

    Mail that is out cannot be called back; how much that is, is said. When you have
    fixed the issue you can send it again: whoever has got it already will not get it
    twice. If nothing could be stopped, or nobody knows of some messages, the exit code is 1.

    Example: newsletter cancel 2026-12-connection
    """
    with workspace_store(workspace) as store:
        take_over(store, moved=moved)
        done = call_off(workspace, store, known_campaign(store, slug))
        campaign, found = stand(store, slug)
    if as_json:
        print_json(as_document(campaign, found) | called_off_document(done))
    else:
        click.echo("\n".join(called_off(slug, done)))
    if not done.is_clear:
        raise click.exceptions.Exit(1)


def call_off(workspace: Workspace, store: Store, campaign: Campaign) -> Cancellation:
    """Stop what can be stopped of a campaign's issue, or bring an interrupted cancelling to its end."""
    return cancel_issue(store, campaign.slug, lambda each: carrier_of(workspace, each.plan))


def called_off(slug: str, done: Cancellation) -> list[str]:
    """Return what came of a cancelling, and what is left to do, in plain lines."""
    lines = [f"{messages(done.stopped)} stopped; nobody gets them."]
    if done.gone:
        why = f" ({'; '.join(done.reasons)})" if done.reasons else ""
        lines.append(f"{messages(done.gone)} too late: sent, or not to be called back{why}.")
    if done.may_be_retried:
        lines.append(f"Try again at once, while SendGrid may still hold them: newsletter cancel {slug}")
    if done.doubtful:
        lines += [
            f"Of {messages(done.doubtful)} nobody knows whether they were sent.",
            f"When you know, say so with: newsletter resolve {slug} --not-sent (or --sent)",
        ]
    return lines


def called_off_document(done: Cancellation) -> dict[str, object]:
    """Return the same as JSON takes it."""
    return {"stopped": done.stopped, "gone": done.gone, "unknown": done.doubtful, "reasons": list(done.reasons)}
