"""A mail as other programs would show it: an approximation, from what is known of them."""

from newsletter.checks.simulation.inbox import Row, inbox_rows
from newsletter.checks.simulation.programs import PROGRAMS, Darkness, Program
from newsletter.checks.simulation.seeing import Seen, inverted, seen_by

__all__ = ["PROGRAMS", "Darkness", "Program", "Row", "Seen", "inbox_rows", "inverted", "seen_by"]
