"""The table of checks: whole, unique, tested and documented."""

import re
import runpy
from pathlib import Path

from newsletter.checks.registry import ONLINE, RULES
from tests.checks.cases import CASES

ALL = (*RULES, *ONLINE)
DOCS = Path(__file__).parents[2] / "docs"


def test_ids_are_unique_and_readable() -> None:
    """Each check has a name of its own, in plain lower-case words."""
    names = [rule.id for rule in ALL]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)


def test_every_check_names_its_guideline() -> None:
    """Each check says what it looks for and which public guideline it follows."""
    assert [rule.id for rule in ALL if not rule.about.endswith(".") or not rule.guideline.endswith(".")] == []


def test_every_check_has_cases() -> None:
    """Each check is tried on at least one fault and one near miss."""
    tried = {case.rule for case in CASES if case.faulty and case.fine}

    assert tried == {rule.id for rule in RULES}


def test_every_check_is_documented() -> None:
    """The page for staff has the table as the registry has it."""
    page = runpy.run_path(str(DOCS / "make_checks.py"))["checks_page"]()
    assert page == (DOCS / "users" / "checks.md").read_text("utf-8"), "run: python docs/make_checks.py"
