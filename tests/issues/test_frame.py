"""What a new issue takes over from an earlier one, and what it leaves there."""

import pytest

from newsletter.issues.frame import frame_of, letter_frame, plain_block
from newsletter.workspace import Workspace
from tests.web.samples import PIXEL, write_issue

GREETING = 'Dear {{ first_name or "reader" }},'
MONTH = "December fills some calendars and empties others, and this month Nora writes about what company does."
SIGN_OFF = "With warm wishes,\n\nThe editors"
DOCTOR = "Warmly,\n\nIda Holm, M.D.\\\nElm Street Psychiatry Inc."
DISCLAIMER = "*This is general information. It does not replace the advice\nof your own clinician.*"
CRISIS = "::: crisis If you need help now\n\nYou are not alone.\n\n:::"
EVENT = "::: event A walk\nwhen: 2026-12-12 10:00 - 11:30\n\nCome along.\n\n:::"


def letter(*blocks: str) -> str:
    return "\n\n".join(blocks)


@pytest.mark.parametrize("greeting", [GREETING, "Dear friends,", "Hello {{ first_name or 'there' }}!", "¡Hola!"])
@pytest.mark.parametrize(
    "ending", [SIGN_OFF, letter(SIGN_OFF, "***", DISCLAIMER), letter(SIGN_OFF, DISCLAIMER, CRISIS)]
)
@pytest.mark.parametrize(
    "middle", [MONTH, letter(MONTH, "## What happens", EVENT), letter("## Light", MONTH, "- one\n- two")]
)
def test_greeting_and_ending_stay(greeting: str, middle: str, ending: str) -> None:
    """What was said this month goes, whatever it is made of."""
    assert letter_frame(letter(greeting, middle, ending)) == letter(greeting, ending)


@pytest.mark.parametrize(
    "text",
    [
        "",
        MONTH,
        "Snow fell.",
        letter("It snowed.", "Did you see it?"),
        letter("## Light", MONTH),
        letter(MONTH, EVENT),
        "![](images/a.png)",
    ],
)
def test_a_letter_without_a_frame_leaves_nothing(text: str) -> None:
    """Nobody's news of last month is sent again by mistake."""
    assert letter_frame(text) == ""


def test_what_is_known_stays_wherever_it_stands() -> None:
    """A block of a snippet or of another issue is part of the frame, however it is wrapped."""
    invitation = "Forward this to somebody who needs it, and let them know that they can subscribe on our website."
    text = letter(GREETING, MONTH, invitation.replace(" needs", "\nneeds"), EVENT, SIGN_OFF)

    kept = letter_frame(text, known={plain_block(invitation)})

    assert plain_block(kept) == plain_block(letter(GREETING, invitation, SIGN_OFF))


def test_a_box_is_one_block() -> None:
    """Its empty lines do not split it, nor do those of code."""
    nested = "::: note Good to know\n\nOne.\n\n::: crisis Now\n\nTwo.\n\n:::\n\n:::"
    assert letter_frame(letter(GREETING, nested), known={plain_block(nested)}) == letter(GREETING, nested)
    assert letter_frame(letter(GREETING, "```\na,\n\nb,\n```")) == letter(GREETING)


def test_the_frame_of_an_issue(workspace: Workspace) -> None:
    """Blocks of other issues are known; the language and the number go along, and pictures that the frame shows."""
    about = "We are a small practice on Elm Street, and you read this because you asked us for it some time ago."
    banner = "![Our door](images/window.gif)"
    october = write_issue(workspace, "2026-10", letter(GREETING, "Leaves fall.", about, banner, SIGN_OFF))
    november = write_issue(workspace, "2026-11", letter(GREETING, MONTH, about, banner, SIGN_OFF, DISCLAIMER))
    (november / "images" / "other.gif").write_bytes(PIXEL)
    text = (
        (november / "issue.md").read_text("utf-8").replace("---\nsubject", "---\nnumber: 11\nlanguage: es\nsubject", 1)
    )
    (november / "issue.md").write_text(text, "utf-8")
    (october / "posts" / "light.md").unlink()
    write_issue(workspace, "broken", "x")
    (workspace.issues_dir / "broken" / "issue.md").write_text("no front matter", "utf-8")

    frame = frame_of(workspace, "2026-11")

    assert frame.letter == letter(GREETING, about, banner, SIGN_OFF, DISCLAIMER)
    assert frame.facts == {"language": "es", "number": "12"}
    assert [picture.path for picture in frame.pictures] == ["images/window.gif"]


def test_pictures_of_the_same_name_are_kept_apart(workspace: Workspace) -> None:
    """A post may bring a picture of the name that the frame's has."""
    write_issue(workspace, "2026-11", letter(GREETING, MONTH, "![](images/window.gif)", SIGN_OFF))
    write_issue(workspace, "2026-10", letter(GREETING, "![](images/window.gif)"))
    frame = frame_of(workspace, "2026-11").clear_of({"images/window.gif", "images/window-2.gif"})

    assert [picture.path for picture in frame.pictures] == ["images/window-3.gif"]
    assert "![](images/window-3.gif)" in frame.letter
