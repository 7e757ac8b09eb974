"""Small issues, good and faulty, and a way to check them as the command does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from newsletter.checks import Finding, check_issue
from newsletter.issues import load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace, open_workspace

TODAY = date(2026, 11, 25)
FINE_POST = "Sit near a window for a while each morning. A short walk at noon helps as well."
DISCLAIMER = "This is general information. It does not replace a talk with your own clinician."


def as_it_is(message: Message) -> Message:
    """Alter nothing."""
    return message


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An issue of one post; what is not said is as it should be.

    Attributes:
        post: the post's Markdown.
        front: lines of the post's front matter beside its title.
        settings: texts of newsletter.toml to replace.
        pictures: files of the issue's images folder.
        alter: what happens to the message between rendering and checking.
    """

    post: str = FINE_POST
    title: str = "Winter light"
    letter: str = f"Dear reader,\n\n{DISCLAIMER}"
    subject: str = "Light in winter"
    preheader: str = "Five small ways to begin the day"
    language: str = "en"
    front: str = "author: Ida Holm, LCSW"
    waive: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    alter: Callable[[Message], Message] = as_it_is


@dataclass(frozen=True)
class Case:
    """A check, samples that it must speak about, and near misses on which it must be silent."""

    rule: str
    faulty: Sequence[Sample | str]
    fine: Sequence[Sample | str]


def check(workspace: Workspace, sample: Sample | str) -> tuple[Finding, ...]:
    """Write, load, render and check a sample; a text is the post of an otherwise good issue."""
    if isinstance(sample, str):
        sample = Sample(post=sample)
    folder = workspace.issues_dir / "winter-light"
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    (folder / "images").mkdir(exist_ok=True)
    for name, data in sample.pictures.items():
        (folder / "images" / name).write_bytes(data)
    waive = f"waive:\n{sample.waive}\n" if sample.waive else ""
    front = (
        f"subject: '{_quoted(sample.subject)}'\npreheader: '{_quoted(sample.preheader)}'\nlanguage: {sample.language}\n"
    )
    (folder / "issue.md").write_text(f"---\n{front}{waive}---\n\n{sample.letter}\n", "utf-8")
    post = f"---\ntitle: '{_quoted(sample.title)}'\n{sample.front}\n---\n\n{sample.post}\n"
    (folder / "posts" / "light.md").write_text(post, "utf-8")
    settings = workspace.root / "newsletter.toml"
    text = settings.read_text("utf-8")
    for old, new in sample.settings.items():
        assert old in text
        text = text.replace(old, new)
    settings.write_text(text, "utf-8")
    return _check(open_workspace(workspace.root), sample)


def _check(workspace: Workspace, sample: Sample) -> tuple[Finding, ...]:
    issue = load_issue(workspace, "winter-light")
    return check_issue(workspace, issue, sample.alter(render_issue(workspace, issue).message), today=TODAY)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def ids(findings: Sequence[Finding]) -> set[str]:
    """Return which checks spoke."""
    return {finding.id for finding in findings}
