"""Writes the table at the end of `users/checks.md` from the registry of checks, so that it leaves none out.

python docs/make_checks.py
"""

from pathlib import Path

from newsletter.checks.registry import ONLINE, RULES
from newsletter.checks.rule import Rule

PAGE = Path(__file__).parent / "users" / "checks.md"
HEAD = "| check | severity | finds | guideline |\n| --- | --- | --- | --- |\n"


def main() -> None:
    """Write the table into the page."""
    PAGE.write_text(checks_page(), "utf-8", newline="\n")


def checks_page() -> str:
    """Return the page: its text as it is, then the table in the registry's order."""
    text, _, _ = PAGE.read_text("utf-8").partition(HEAD)
    return text + HEAD + "".join([*map(_row, RULES), *(_row(rule, " (only with `--online`)") for rule in ONLINE)])


def _row(rule: Rule, when: str = "") -> str:
    return f"| `{rule.id}` | {rule.severity} | {rule.about}{when} | {rule.guideline} |\n"


if __name__ == "__main__":
    main()
