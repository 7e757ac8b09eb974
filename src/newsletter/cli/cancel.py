"""`newsletter cancel`: stop what can still be stopped."""

import click

from newsletter.campaigns.cancellation import Cancellation
from newsletter.campaigns.overview import campaign_status
from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.sending import as_document, from_here_option, messages, take_over
from newsletter.cli.store import workspace_store
from newsletter.services.sending import cancel_campaign
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
        done = cancel_campaign(workspace, store, slug)
        campaign, found = campaign_status(store, slug)
    if as_json:
        print_json(as_document(campaign, found) | called_off_document(done))
    else:
        click.echo("\n".join(called_off(slug, done)))
    if not done.is_clear:
        raise click.exceptions.Exit(1)


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
