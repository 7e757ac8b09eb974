"""The table of all checks for docs/users/checks.md: ``python -m newsletter.checks.table`` prints it."""

import sys

from newsletter.checks.registry import ONLINE, RULES
from newsletter.checks.rule import Rule


def as_markdown() -> str:
    """Return the table, in the registry's order."""
    rows = [*(_row(rule) for rule in RULES), *(_row(rule, " (only with `--online`)") for rule in ONLINE)]
    return "\n".join(["| check | weight | speaks when | follows |", "| --- | --- | --- | --- |", *rows]) + "\n"


def _row(rule: Rule, when: str = "") -> str:
    return f"| `{rule.id}` | {rule.severity} | {rule.about}{when} | {rule.guideline} |"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
