"""The entry: finds the command, and turns every failure into words and an exit code.

Exit codes: 0 done; 1 refused or failed; 2 wrong usage; 130 interrupted.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from newsletter import __version__
from newsletter.cli.commands import ALIASES, COMMANDS
from newsletter.cli.lazy import LazyGroup
from newsletter.errors import NewsletterError


@click.group(cls=LazyGroup, table=COMMANDS, aliases=ALIASES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "--workspace",
    "folder",
    envvar="NEWSLETTER_WORKSPACE",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The workspace folder. Default: the nearest one, from the current folder upward.",
)
@click.version_option(__version__, prog_name="newsletter")
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Turn posts into a newsletter, preview it, and send it.

    Your first issue: newsletter new SLUG --from POST, then preview, test, send.
    """
    ctx.obj = folder
    ctx.color = False if os.environ.get("NO_COLOR") else None  # click itself looks only whether it is a terminal


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line, or the `words` that a test gives instead."""
    try:
        code = cli.main(words, prog_name="newsletter", standalone_mode=False)
    except click.exceptions.Abort:
        _say("Stopped.")
        sys.exit(130)
    except click.ClickException as err:
        err.show()
        sys.exit(err.exit_code)
    except NewsletterError as err:
        sys.exit(_told(err))
    except KeyboardInterrupt:
        _say("Stopped.")
        sys.exit(130)
    except OSError as err:
        sys.exit(_os_error(err))
    except Exception as err:
        if "NEWSLETTER_DEBUG" in os.environ:
            raise
        sys.exit(_unforeseen(err))
    sys.exit(code if isinstance(code, int) else 0)


def _told(err: NewsletterError) -> int:
    _say(f"Error: {err}")
    if err.__cause__ is not None and "NEWSLETTER_DEBUG" in os.environ:
        traceback.print_exception(err.__cause__)
    return 1


def _os_error(err: OSError) -> int:
    """Say what the system refused; a reader that closed the pipe is no failure."""
    if isinstance(err, BrokenPipeError) or err.errno == errno.EPIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the last flush stays quiet
        return 0
    where = f"{err.filename}: " if err.filename else ""
    _say(f"Error: {where}{err.strerror or 'the operating system refused'}\nNo file was left half-written.")
    return 1


def _unforeseen(err: Exception) -> int:
    """Name a mistake of this program by kind and place; its text could quote an address."""
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"
    _say(
        f"Error: newsletter failed unexpectedly ({type(err).__name__} at {place}).\n"
        "Work that was finished before is saved. Please report this line. For details, set NEWSLETTER_DEBUG=1\n"
        "and run the command again; remove addresses from the output before you share it."
    )
    return 1


def _say(text: str) -> None:
    click.echo(text, err=True)
