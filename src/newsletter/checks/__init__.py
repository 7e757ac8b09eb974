"""Checks: what a reader of an issue would stumble over, told before it is sent."""

from newsletter.checks.finding import Finding, Severity
from newsletter.checks.run import ask_for_links, check_issue

__all__ = ["Finding", "Severity", "ask_for_links", "check_issue"]
