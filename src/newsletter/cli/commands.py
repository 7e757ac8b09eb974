"""Which commands there are, in the order in which a person meets them.

The short helps stand here so that ``newsletter --help`` need not import the commands; a
test holds them against the commands' own.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command is implemented, and what the overview says of it."""

    module: str
    attribute: str
    short_help: str


COMMANDS: dict[str, Command] = {
    "init": Command("newsletter.cli.init", "init", "Make a new workspace that works at once."),
    "new": Command("newsletter.cli.new", "new", "Make an issue from a post as you have it."),
    "post": Command("newsletter.cli.post", "post", "Add, move and remove the posts of an issue."),
    "list": Command("newsletter.cli.listing", "list_issues", "List the issues and their state."),
    "render": Command("newsletter.cli.render", "render", "Write an issue as the mail that will be sent."),
    "check": Command("newsletter.cli.check", "check", "Tell what a reader would stumble over."),
    "preview": Command("newsletter.cli.preview", "preview", "Show the issues in a browser."),
    "theme": Command("newsletter.cli.theme", "theme", "List the themes, or make your own."),
    "subscribers": Command("newsletter.cli.subscribers", "subscribers", "Keep the list of people."),
    "test": Command("newsletter.cli.test", "test", "Send an issue to yourself first."),
    "approve": Command("newsletter.cli.approve", "approve", "Say yes to an issue before somebody else sends it."),
    "send": Command("newsletter.cli.send", "send", "Send an issue to its subscribers."),
    "status": Command("newsletter.cli.status", "status", "Tell how far a send has come."),
    "resume": Command("newsletter.cli.resume", "resume", "Go on with a send that was interrupted."),
    "report": Command("newsletter.cli.report", "report", "Tell what became of an issue that was sent."),
    "resolve": Command("newsletter.cli.resolve", "resolve", "Settle messages that may or may not have been sent."),
    "cancel": Command("newsletter.cli.cancel", "cancel", "Stop a send, as far as it can be stopped."),
    "events": Command("newsletter.cli.events", "events", "Take in what SendGrid tells afterwards."),
    "run-due": Command(
        "newsletter.cli.run_due", "run_due", "Send the scheduled issues whose time has come (for cron)."
    ),
    "backup": Command("newsletter.cli.backup", "backup", "Copy the people and the ledger into one file."),
    "restore": Command("newsletter.cli.restore", "restore", "Put a backup back."),
    "doctor": Command("newsletter.cli.doctor", "doctor", "Check the workspace, and say what to fix."),
    "serve": Command("newsletter.cli.serve", "serve", "Run the public pages: one-click unsubscribe, events."),
    "completion": Command(
        "newsletter.cli.completion", "completion", "Print a script that sets up completion in your shell."
    ),
}

ALIASES = {"desk": "preview"}
"""Second names, for a command that people also know by another word."""
