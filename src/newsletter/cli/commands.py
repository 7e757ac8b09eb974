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
    "init": Command("newsletter.cli.init", "init", "Create a workspace that works right away."),
    "new": Command("newsletter.cli.new", "new", "Create an issue from a post."),
    "issue": Command("newsletter.cli.issue", "issue", "Duplicate, rename, delete or restore an issue."),
    "post": Command("newsletter.cli.post", "post", "Add, move and remove the posts of an issue."),
    "list": Command("newsletter.cli.listing", "list_issues", "List the issues and their state."),
    "render": Command("newsletter.cli.render", "render", "Write an issue to files, as it would be sent."),
    "check": Command("newsletter.cli.check", "check", "Find mistakes before readers do."),
    "preview": Command("newsletter.cli.preview", "preview", "Open the desk in your browser."),
    "shortcut": Command("newsletter.cli.shortcut", "shortcut", "Put an icon on the desktop that opens the desk."),
    "theme": Command("newsletter.cli.theme", "theme", "List the themes, or create your own."),
    "subscribers": Command("newsletter.cli.subscribers", "subscribers", "Manage the subscriber list."),
    "test": Command("newsletter.cli.test", "test", "Send an issue to yourself first."),
    "approve": Command("newsletter.cli.approve", "approve", "Approve an issue for somebody else to send."),
    "send": Command("newsletter.cli.send", "send", "Send an issue to its subscribers."),
    "status": Command("newsletter.cli.status", "status", "Show the progress of a send."),
    "resume": Command("newsletter.cli.resume", "resume", "Resume a send that was interrupted."),
    "report": Command("newsletter.cli.report", "report", "Show deliveries, bounces and complaints."),
    "correct": Command("newsletter.cli.correct", "correct", "Correct an issue that was sent."),
    "resolve": Command("newsletter.cli.resolve", "resolve", "Resolve messages that may or may not have been sent."),
    "cancel": Command("newsletter.cli.cancel", "cancel", "Cancel a send, as far as that is still possible."),
    "events": Command("newsletter.cli.events", "events", "Import delivery events from SendGrid."),
    "archive": Command("newsletter.cli.archive", "archive", "Let people read sent issues on the web."),
    "inbox": Command("newsletter.cli.inbox", "inbox", "Read replies and bounces in your mailbox."),
    "run-due": Command("newsletter.cli.run_due", "run_due", "Send the scheduled issues that are due (for cron)."),
    "worker": Command("newsletter.cli.worker", "worker", "Send for a PostgreSQL database, beside other workers."),
    "backup": Command("newsletter.cli.backup", "backup", "Back up subscribers and ledger into one file."),
    "restore": Command("newsletter.cli.restore", "restore", "Restore a backup."),
    "database": Command("newsletter.cli.database", "database", "Move to PostgreSQL, or back to SQLite."),
    "doctor": Command("newsletter.cli.doctor", "doctor", "Check your setup, and say what to fix."),
    "serve": Command("newsletter.cli.serve", "serve", "Run the public pages: unsubscribe, subscribe, events."),
    "completion": Command(
        "newsletter.cli.completion", "completion", "Print a script that sets up completion in your shell."
    ),
}

ALIASES = {"desk": "preview"}
"""Second names, for a command that people also know by another word."""
