"""An issue's folder is read whole, or its mistake is named by file and line."""

import datetime as dt
from pathlib import Path

import pytest

from newsletter.errors import IssueError
from newsletter.issues import list_slugs, load_issue
from newsletter.workspace import Workspace

ISSUE = "---\nsubject: Short days\npreheader: Three small habits\n---\n\nDear reader,\n\nthe evenings are long.\n"
POST = "---\ntitle: Lamps and walks\n---\n\nGo out at noon.\n"


def write(workspace: Workspace, slug: str, issue: str = ISSUE, **posts: str) -> Path:
    folder = workspace.issues_dir / slug
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    (folder / "issue.md").write_text(issue, "utf-8")
    for stem, text in posts.items():
        (folder / "posts" / f"{stem}.md").write_text(text, "utf-8")
    return folder


def refusal(workspace: Workspace, slug: str) -> str:
    with pytest.raises(IssueError) as caught:
        load_issue(workspace, slug)
    return str(caught.value)


def test_issue_is_read_with_its_places(workspace: Workspace) -> None:
    """Subject, letter and posts arrive, each passage knowing file and line."""
    post = '---\ntitle: "Lamps: a guide"\nauthor: Kim Vale\ndate: 2026-11-02\nlink: https://example.org/lamps\n'
    post += "image: images/lamp.jpg\nimage_alt: A desk lamp\n---\n\n\nGo out at noon.\n"
    folder = write(workspace, "2026-12", lamps=post)
    issue = load_issue(workspace, "2026-12")
    assert (issue.subject, issue.preheader, issue.language) == ("Short days", "Three small habits", "en")
    assert issue.letter.markdown == "Dear reader,\n\nthe evenings are long."
    assert (issue.letter.path, issue.letter.first_line) == (folder / "issue.md", 6)
    (only,) = issue.posts
    assert (only.post.title, only.post.author, only.post.date) == ("Lamps: a guide", "Kim Vale", dt.date(2026, 11, 2))
    assert (only.post.image, only.post.image_alt) == ("images/lamp.jpg", "A desk lamp")
    assert (only.body.markdown, only.body.first_line) == ("Go out at noon.", 11)
    assert only.body.path == folder / "posts" / "lamps.md"


def test_posts_stand_in_the_order_asked_for(workspace: Workspace) -> None:
    """Those that `posts` names come first; none is left out for not being named."""
    issue = "---\nsubject: Short days\nposts: [walks, lamps.md]\n---\n"
    folder = write(workspace, "2026-12", issue, lamps=POST, tea=POST, walks=POST)
    assert [entry.body.path for entry in load_issue(workspace, "2026-12").posts] == [
        folder / "posts" / name for name in ("walks.md", "lamps.md", "tea.md")
    ]


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("subject: Winter: what helps", "Winter: what helps"),
        ("subject: We are #1 — and you?", "We are #1 — and you?"),
        ("subject: {{ first_name or 'there' }}, good news: spring", "{{ first_name or 'there' }}, good news: spring"),
        ('subject: "Rest" is a verb', '"Rest" is a verb'),
        ('subject: "Rest: a \\"verb\\"" # a note', 'Rest: a "verb"'),
        ("subject: 'It''s spring'", "It's spring"),
        ("subject: @home with [friends] & *family*", "@home with [friends] & *family*"),
        ("subject: 2026-12-01", "2026-12-01"),
        ("subject: yes", "yes"),
        ("subject:Winter", "Winter"),
        ("subject: 🌱 Grüße", "🌱 Grüße"),
        ("subject: >\n  Winter\n  light", "Winter light"),
        ("subject: Winter\n  light", "Winter light"),
    ],
)
def test_subject_is_the_text_that_was_typed(workspace: Workspace, line: str, subject: str) -> None:
    """What YAML would trip over is understood as staff mean it."""
    write(workspace, "2026-12", f"---\n{line}\n---\n\nHello.\n")
    assert load_issue(workspace, "2026-12").subject == subject


@pytest.mark.parametrize(
    ("issue", "line", "words"),
    [
        ("Hello.\n", 1, ["no front matter", "subject:"]),
        ("---\nsubject: A\n\nHello.\n", 1, ["never closed", "only: ---"]),
        ("---\nsubjekt: A\n---\n\nHello.\n", 2, ["unknown key 'subjekt'", "Did you mean 'subject'?"]),
        ("---\npreheader: A\n---\n\nHello.\n", 1, ["subject is missing"]),
        ("---\nsubject: A\nsubject: B\n---\n\nHello.\n", 3, ["twice"]),
        ("---\nsubject: A\nwaive: [a: b: c]\n---\n\nHello.\n", 3, ["not understood"]),
        ('---\nsubject: A\npreheader: "half\n---\n\nHello.\n', 0, []),
        ("---\nsubject: A\nwaive: alt-text\n---\n\nHello.\n", 3, ["'waive'", "reason"]),
        ("---\nsubject: A\nlanguage: the English\n---\n\nHello.\n", 3, ["not a language"]),
        ("---\nsubject: A\nlink: our website\n---\n\nHello.\n", 3, ["not the address of a web page", "https://"]),
        ("---\nsubject: A\nposts: [lamp]\n---\n\nHello.\n", 3, ["no post lamp", "Did you mean lamps?"]),
        ("---\nsubject: A\nposts: lamps\n---\n\nHello.\n", 3, ["not a list", "posts: [lamps]"]),
        ("---\nsubject:\n  - A\n---\n\nHello.\n", 2, ["'subject' is not a single text"]),
        ("---\n- subject\n---\n\nHello.\n", 2, ["not a list of keys"]),
        ("---\nsubject: !!python/name:os.system\n  x\n---\n\nHello.\n", 2, ["not understood"]),
    ],
)
def test_mistake_names_file_line_and_remedy(workspace: Workspace, issue: str, line: int, words: list[str]) -> None:
    """Broken front matter is an error that a person can mend."""
    folder = write(workspace, "2026-12", issue, lamps=POST)
    if not line:
        assert load_issue(workspace, "2026-12").preheader == '"half'
        return
    text = refusal(workspace, "2026-12")
    assert text.startswith(f"{folder / 'issue.md'}:{line}: ")
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    ("post", "line", "words"),
    [
        ("---\nauthor: Kim\n---\n\nGo out.\n", 1, ["title is missing"]),
        ("---\ntitle: Lamps\ndate: last week\n---\n\nGo out.\n", 3, ["'last week' is not a date", "2026-12-01"]),
        ("---\ntitle: Lamps\ndate: 2026-13-45\n---\n\nGo out.\n", 2, ["not understood"]),
        ("Go out.\n", 1, ["no front matter"]),
    ],
)
def test_mistake_in_a_post_names_it(workspace: Workspace, post: str, line: int, words: list[str]) -> None:
    """A post's mistakes are told the same way."""
    folder = write(workspace, "2026-12", lamps=post)
    text = refusal(workspace, "2026-12")
    assert text.startswith(f"{folder / 'posts' / 'lamps.md'}:{line}: ")
    assert all(word in text for word in words), text


def test_issue_with_nothing_in_it(workspace: Workspace) -> None:
    """Neither letter nor post is an error; either alone is enough."""
    write(workspace, "empty", "---\nsubject: A\n---\n")
    assert "no letter and no post" in refusal(workspace, "empty")
    write(workspace, "letter", "---\nsubject: A\n---\nHello.\n")
    assert load_issue(workspace, "letter").posts == ()
    write(workspace, "post", "---\nsubject: A\n---\n", lamps=POST)
    assert load_issue(workspace, "post").letter.markdown == ""


@pytest.mark.parametrize("slug", ["../2026-12", "2026-12/..", "..", ".", "", "/etc", "C:\\x", "con", "com1", "a\x00b"])
def test_name_that_leads_elsewhere(workspace: Workspace, slug: str) -> None:
    """No name reaches outside the folder of issues."""
    write(workspace, "2026-12")
    with pytest.raises(IssueError):
        load_issue(workspace, slug)


def test_unknown_issue(workspace: Workspace) -> None:
    """A misspelt name is answered by the nearest; with none, by how to make it."""
    assert "newsletter new 2026-12" in refusal(workspace, "2026-12")
    write(workspace, "2026-12-connection")
    assert "Did you mean 2026-12-connection?" in refusal(workspace, "2026-12-conection")
    assert list_slugs(workspace) == ["2026-12-connection"]


def test_waivers_and_language(workspace: Workspace) -> None:
    """A check that is set aside comes with its reason."""
    write(workspace, "2026-12", "---\nsubject: A\nlanguage: en-US\nwaive:\n  alt-text: an ornament\n---\n\nHello.\n")
    issue = load_issue(workspace, "2026-12")
    assert (issue.language, dict(issue.waivers)) == ("en-US", {"alt-text": "an ornament"})


def test_file_saved_by_windows_notepad(workspace: Workspace) -> None:
    """A byte order mark, Windows line ends and UTF-16 do no harm."""
    for encoding in ("utf-8-sig", "utf-16"):
        folder = write(workspace, "2026-12")
        (folder / "issue.md").write_bytes(ISSUE.replace("\n", "\r\n").encode(encoding))
        assert load_issue(workspace, "2026-12").letter.markdown.startswith("Dear reader,\n\n")
