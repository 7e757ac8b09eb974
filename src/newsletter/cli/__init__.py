"""The command line. Only click is imported here; each command brings what it needs."""

from newsletter.cli.main import main

__all__ = ["main"]
