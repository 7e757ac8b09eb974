"""Whatever staff write: the checks answer, and point at lines that exist."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import NewsletterError
from newsletter.workspace import Workspace
from tests.checks.samples import Sample, check

words = st.sampled_from(
    [
        *("research shows", "40%", "suicide", "[here](https://example.org)", "**bold**", "{{ first_name }}"),
        *("![](https://example.org/a.jpg)", "# ", "\n\n", "| a |", "> ", "- ", "Monday, May 5", "508-555-0101"),
        *("<b>", "`code`", "[^1]", "é", "FREE", "'", "\t", "::: note"),
    ]
)
prose = st.lists(st.one_of(words, st.text(max_size=12)), max_size=25).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prose, prose)
def test_any_text_is_checked(workspace: Workspace, post: str, letter: str) -> None:
    """No text makes a check fail; what is refused is refused with an explained error."""
    try:
        found = check(workspace, Sample(post=post, letter=letter))
    except NewsletterError:
        return

    for finding in found:
        place = re.fullmatch(r"(newsletters/.+\.md):(\d+)", finding.where)
        if place:
            lines = Path(workspace.root / place[1]).read_text("utf-8").splitlines()
            assert 1 <= int(place[2]) <= len(lines) + 1
