"""The mail beside the text is the very message that will be sent, however much was remembered on the way."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.issues.load import load_issue
from newsletter.message import Message
from newsletter.rendering import inlining, markdown, render_issue, sanitise, theme
from newsletter.web.desk.proofs import Proof, Proofs
from newsletter.workspace import Workspace

ISSUE = Path(__file__).parents[2] / "rendering" / "everything"
WORDS = (
    *("light", "\n", "\n\n", "**", "*", "_", "`", "~~", '"', "'", "> ", "- ", "1. ", "## ", "---\n", "::: note Hm\n\n"),
    *("\n:::\n", "[a](https://example.org)", "www.example.org", "[^1]", "\n[^1]: so\n", "{{ first_name or 'you' }}"),
    *("<b>", "</b>", "<script>x</script>", "&amp;", "![A hill](images/hills.jpg)", "| a | b |\n|---|---|\n| 1 | 2 |\n"),
    *("[a]", "\n[a]: https://example.org/a\n", "{.button}", "```\n", "ü", "\N{SOFT HYPHEN}", "\x0b", "  \n", "\\"),
)
Edit = tuple[float, float, str]
EDITS = st.tuples(st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from(WORDS), max_size=4).map("".join))


@pytest.mark.heavy
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, min_size=1, max_size=5))
def test_a_draft_is_what_will_be_sent(workspace: Workspace, edits: list[Edit]) -> None:
    """After any edits, the draft equals the saved text rendered by a program that remembers nothing, byte for byte."""
    path = fresh_issue(workspace) / "posts" / "walking.md"
    proofs, proof, text = Proofs(workspace), Proof(slug="everything"), path.read_text("utf-8")
    for edit in edits:
        text = edited(text, edit)
        proof = proofs.draft(proof, {path: text})
    if proof.mistake is None:
        path.write_text(text, "utf-8", newline="")
        assert proof.message == from_the_files(workspace)


def fresh_issue(workspace: Workspace) -> Path:
    """Put the issue that holds every block into the workspace as it was; return its folder."""
    folder = workspace.issues_dir / "everything"
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(ISSUE, folder))


def edited(text: str, edit: Edit) -> str:
    """Replace a little of what stands below the front matter."""
    head, fence, body = text.partition("\n---\n")
    at = int(edit[0] * len(body))
    return f"{head}{fence}{body[:at]}{edit[2]}{body[at + int(edit[1] * 30) :]}"


def from_the_files(workspace: Workspace) -> Message:
    """Render the saved issue as a program does that was just started."""
    for remembers in (sanitise.clean_fragment, markdown._parser, inlining._read_rules, theme._environment):
        remembers.cache_clear()
    return render_issue(workspace, load_issue(workspace, "everything")).message
