"""The doctor: looks a workspace over, from its settings to its mail provider, and changes nothing."""

from newsletter.doctor.examination import examine, unreadable
from newsletter.doctor.verdict import Level, Verdict

__all__ = ["Level", "Verdict", "examine", "unreadable"]
