"""Proofs: each issue as its files say now, beside the last rendering that succeeded."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.checks import Finding, check_issue
from newsletter.errors import NewsletterError
from newsletter.issues import Issue, list_slugs, load_issue
from newsletter.message import Message, as_without_name
from newsletter.rendering import render_issue
from newsletter.web.desk.fingerprints import Fingerprint, fingerprint
from newsletter.workspace import Workspace, open_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One issue on the desk.

    Attributes:
        issue: what was last read without a mistake.
        message: what was last rendered without a mistake.
        findings: what a reader of `message` would stumble over.
        before: the HTML of the rendering before this one, to see what has changed.
        mistake: what keeps the files as they are now from being rendered; then all
            the others are older than the files.
    """

    slug: str
    issue: Issue | None = None
    message: Message | None = None
    findings: tuple[Finding, ...] = ()
    before: str = ""
    mistake: NewsletterError | None = None

    @property
    def name(self) -> str:
        """What a person calls the issue: its subject, or its short name as long as it has none."""
        return (as_without_name(self.issue.subject, self.issue.source) if self.issue else "") or self.slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One issue in the list; `state` is empty when the ledger could not be asked."""

    slug: str
    state: str
    subject: str = ""
    preheader: str = ""
    posts: int = 0
    mistake: NewsletterError | None = None


class Proofs:
    """Reads and renders the issues of one workspace, and remembers what was good.

    The settings are read again with the issue, because they too may be fixed while the desk
    is open. One rendering runs at a time: the CSS library keeps global state.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._proofs: dict[str, tuple[Fingerprint, Proof]] = {}
        self._answers: Mapping[str, str] = {}
        self._one_at_a_time = threading.Lock()

    @property
    def root(self) -> Path:
        """The workspace's folder."""
        return self._workspace.root

    @property
    def workspace(self) -> Workspace:
        """The workspace with the settings that were last good."""
        return self._workspace

    def refresh_settings(self) -> NewsletterError | None:
        """Read the settings again; return the mistake that keeps the last good ones."""
        try:
            self._workspace = open_workspace(self._workspace.root)
        except NewsletterError as mistake:
            return mistake
        return None

    def slugs(self) -> list[str]:
        """Return the names of the issues that there are now, newest first."""
        return list_slugs(self._workspace)[::-1]

    def read(self, slug: str) -> Proof:
        """Read an issue's files without rendering them."""
        try:
            return Proof(slug=slug, issue=load_issue(self._workspace, slug))
        except NewsletterError as mistake:
            return Proof(slug=slug, mistake=mistake)

    def entry(self, slug: str, state: str) -> Entry:
        """Return an issue as the list shows it."""
        proof = self.read(slug)
        if proof.issue is None:
            return Entry(slug=slug, state=state, mistake=proof.mistake)
        subject, preheader = (
            as_without_name(text, proof.issue.source) for text in (proof.issue.subject, proof.issue.preheader)
        )
        return Entry(slug=slug, state=state, subject=subject, preheader=preheader, posts=len(proof.issue.posts))

    def render(self, slug: str) -> Proof:
        """Read, render and check an issue as it is now, and remember it if it is good.

        While no file is another one, what was remembered is given again: a switch on a page
        need not wait for the checks.
        """
        files = fingerprint(self._workspace, slug)  # before they are read: what is saved meanwhile is read next
        read_from, known = self._proofs.get(slug, (None, Proof(slug=slug)))
        if read_from == files:
            return known
        proof = self._checked(self._render(known, {}))
        self._proofs[slug] = files, proof
        return proof

    def draft(self, known: Proof, unsaved: Mapping[Path, str]) -> Proof:
        """Render an issue with texts that an editor has not saved yet; nobody waits for the checks.

        `known` is what this gave before, or an empty proof; nothing is remembered here.
        """
        return self._render(known, unsaved)

    def last(self, slug: str) -> Proof:
        """Return what `render` last gave, rendering now if it never did."""
        return self._proofs[slug][1] if slug in self._proofs else self.render(slug)

    def note_answers(self, answers: Mapping[str, str]) -> None:
        """Let the checks know, until the desk is closed, what became of addresses that were asked for."""
        self._answers = {**self._answers, **answers}
        self._proofs.clear()

    def _render(self, known: Proof, unsaved: Mapping[Path, str]) -> Proof:
        with self._one_at_a_time:
            mistake = self.refresh_settings()
            if mistake:
                return replace(known, mistake=mistake)
            try:
                issue = load_issue(self._workspace, known.slug, unsaved)
                message = render_issue(self._workspace, issue).message
            except NewsletterError as err:
                return replace(known, mistake=err)
        before = known.before if known.message is None or known.message.html == message.html else known.message.html
        return Proof(slug=known.slug, issue=issue, message=message, before=before)

    def _checked(self, proof: Proof) -> Proof:
        """Return `proof` with its findings; a rendering of what is typed meanwhile need not wait for them."""
        if proof.mistake or proof.issue is None or proof.message is None:
            return proof
        try:
            return replace(
                proof, findings=check_issue(self._workspace, proof.issue, proof.message, answers=self._answers)
            )
        except NewsletterError as err:
            return replace(proof, mistake=err)
