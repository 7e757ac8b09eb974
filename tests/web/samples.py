"""What the tests of the desk write to disk."""

from pathlib import Path

from newsletter.workspace import Workspace

PORT = 4321
LETTER = "Dear {{ first_name or 'reader' }},\n\nthe days grow longer again.\n"
POST = "---\ntitle: Winter light\nauthor: Ida Holm\n---\n\nSit near a window for a while each morning.\n"
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


def write_issue(workspace: Workspace, slug: str = "winter-light", letter: str = LETTER) -> Path:
    """Write an issue with one post and one picture; return its folder."""
    folder = workspace.issues_dir / slug
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    (folder / "images").mkdir(exist_ok=True)
    (folder / "posts" / "light.md").write_text(POST, "utf-8")
    (folder / "images" / "window.gif").write_bytes(PIXEL)
    write_letter(folder, letter)
    return folder


def write_letter(folder: Path, letter: str, subject: str = "Light in winter") -> None:
    """Write `issue.md`."""
    front = f"---\nsubject: {subject}\npreheader: Five small ways to begin\n---\n\n"
    (folder / "issue.md").write_text(front + letter, "utf-8")
