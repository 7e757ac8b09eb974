"""What the page of sending can do: each is what a command does, by the same functions."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns import Campaign, CampaignState, find_campaign, known_campaign
from newsletter.campaigns.approval import approve
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.freezing import Seen
from newsletter.campaigns.journal import take_over
from newsletter.campaigns.model import short
from newsletter.campaigns.resolution import count_unresolved, look_up
from newsletter.campaigns.syncing import campaign_transport
from newsletter.campaigns.testing import remember_tester
from newsletter.errors import CampaignError, ChangedError, ElsewhereError
from newsletter.services.corrections import create_correction
from newsletter.services.sending import (
    Checked,
    SentTests,
    cancel_campaign,
    ensure_due,
    ensure_fit,
    propose_campaign,
    requeue_rejected,
    resolve_deliveries,
    send_tests,
    start_campaign,
    sync_with_sendgrid,
)
from newsletter.storage import Store
from newsletter.subscribers.addresses import check_address
from newsletter.transports import Transport
from newsletter.transports.opening import open_transport
from newsletter.transports.outbox import OutboxTransport
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.room import Room
from newsletter.web.desk.sending.draft import Wish
from newsletter.web.desk.sending.faces import messages, people
from newsletter.web.desk.sending.runner import Runner
from newsletter.workspace import Workspace

_LONGEST_QUERY = 4_000  # more tags than anybody chooses by

Show = Callable[[Request, Wish, ChangedError], Response]
"""Shows the page as it is now, and what has changed."""


@dataclass(frozen=True, slots=True)
class SentTest:
    """One round of tests.

    Attributes:
        number: how many people got it.
        files: what the outbox wrote, if that carried it.
    """

    at: datetime
    number: int
    transport: str
    version: str
    files: tuple[Path, ...]


class Tests:
    """Remembers the last round of tests of each issue."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._last: dict[str, SentTest] = {}

    def add(self, slug: str, test: SentTest) -> None:
        """Remember a round."""
        self._last[slug] = test

    def of(self, slug: str) -> SentTest | None:
        """Return the last round of an issue, if there was one."""
        return self._last.get(slug)

    def find(self, slug: str, name: str) -> Path | None:
        """Return a file that the outbox wrote; the name is only compared, never made into a path."""
        last = self._last.get(slug)
        return next((path for path in last.files if path.name == name), None) if last else None


class Actions:
    """Answers the page's forms."""

    def __init__(self, room: Room, runner: Runner, tests: Tests, show: Show) -> None:
        self._room = room
        self._runner = runner
        self._tests = tests
        self._show = show

    def routes(self, page: str) -> list[Route]:
        """Return which form is answered by what; `page` is the pattern of the page's address."""
        change = self._room.change
        return [
            change(page, self.send),
            change(f"{page}/test", self.test),
            change(f"{page}/approve", self.approve),
            change(f"{page}/cancel", self.cancel),
            change(f"{page}/go-on", self.go_on),
            change(f"{page}/rejected", self.rejected),
            change(f"{page}/settle", self.settle),
            change(f"{page}/ask", self.ask),
            change(f"{page}/here", self.here),
            change("/issues/{slug}/correct", self.correct),
        ]

    def test(self, request: Request, form: FormData) -> Response:
        """Send the issue as it is now to the person at the desk, or to the reviewers."""
        workspace, issue = self._room.workspace, _checked(self._proof(request))
        to_team = form.get("to") == "reviewers"
        typed = workspace.settings.team.reviewers if to_team else (str(form.get("address", "")),)
        addresses = [check_address(address).email for address in typed]
        if not addresses:
            hint = "Name them in the settings, under Colleagues."
            raise CampaignError("there are no reviewers yet", hint=hint)
        with self._room.store() as store:
            if not to_team:  # before it is sent: an error must not cost the address, too
                with store.write() as connection:
                    remember_tester(connection, addresses[0])
            sent = send_tests(workspace, store, issue, addresses)
        self._remember(issue, sent)
        said = f"The test was sent to {people(len(sent.refs))}."
        if not sent.transport.leaves_machine:
            said = f"Practice mode: {messages(len(sent.refs))} written to a file. Nothing was emailed."
        return self._back(issue.slug, said, _wish_around(form))

    def _remember(self, issue: Checked, sent: SentTests) -> None:
        transport, refs = sent
        files: tuple[Path, ...] = ()
        if isinstance(transport, OutboxTransport):
            files = tuple(transport.folder_of(f"{issue.slug}-test") / f"{ref}.eml" for ref in refs)
        test = SentTest(SYSTEM_CLOCK.now(), len(refs), transport.name, short(issue.message.digest), files)
        self._tests.add(issue.slug, test)

    def approve(self, request: Request, form: FormData) -> Response:
        """Write down that a person approves the version that they had before them."""
        issue = _checked(self._proof(request))
        digest = issue.message.digest
        if form.get("digest") != digest:
            hint = "Nothing was approved. Look at it as it is now, and say yes again."
            changed = ChangedError("the issue changed while you were looking", hint=hint)
            return self._show(request, _wish_around(form), changed)
        with self._room.store() as store, store.write() as connection:
            approval = approve(connection, issue.slug, digest, str(form.get("name", "")))
        said = f"{approval.name} has approved version {short(digest)}."
        return self._back(issue.slug, said, _wish_around(form))

    def send(self, request: Request, form: FormData) -> Response:
        """Start the campaign that was shown, if it is still the same and the yes was typed."""
        ticked = _wish_around(form)
        if not ticked.agrees_with(Wish.read(form)):
            hint = "Nothing was sent. Here is what your choice comes to: look at it, and say yes again."
            changed = ChangedError("your yes was to other people or another time than those you chose", hint=hint)
            return self._show(request, ticked, changed)
        try:
            return self._send(request, form)
        except ChangedError as changed:
            return self._show(request, Wish.read(form), changed)

    def _send(self, request: Request, form: FormData) -> Response:
        proof, seen = self._proof(request), _seen(form)
        with contextlib.closing(open_transport(self._room.workspace)) as transport, self._room.store() as store:
            if self._is_repeated(store, proof.slug, seen):
                return self._back(proof.slug)
            campaign = self._start(store, transport, proof, seen, form)
        if campaign.state is CampaignState.SENDING:
            self._runner.go(proof.slug)
        self._runner.wake()
        return self._back(proof.slug)

    def _start(self, store: Store, transport: Transport, proof: Proof, seen: Seen, form: FormData) -> Campaign:
        workspace, issue = self._room.workspace, _checked(proof)
        _refuse_no_yes(seen, form)
        ensure_fit(workspace, transport, issue)
        choice = Wish.read(form).choice(workspace.settings.clinic.timezone, by=str(form.get("by", "")))
        proposal = propose_campaign(workspace, store, transport, issue, choice).proposal
        due_at = None
        if proposal.due_at is None and not proposal.plan.held:  # the desk's own time to undo
            due_at = SYSTEM_CLOCK.now() + workspace.settings.delivery.countdown
        return start_campaign(store, proposal, seen=seen, due_at=due_at)

    def _is_repeated(self, store: Store, slug: str, seen: Seen) -> bool:
        """Whether this very yes has started a campaign already: a double click, or a page sent again."""
        campaign = find_campaign(store, slug)
        over = campaign is None or campaign.state in {CampaignState.CANCELLED, CampaignState.CANCELLING}
        return not over and campaign is not None and campaign.digest == seen.digest and campaign.ref != seen.after

    def cancel(self, request: Request, form: FormData) -> Response:
        """Stop what can still be stopped."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            try:
                done = cancel_campaign(self._room.workspace, store, campaign.slug)
            except ElsewhereError as elsewhere:
                self._runner.note_trouble(slug, elsewhere)
                return self._back(slug)
        said = f"{messages(done.stopped)} stopped; nobody gets {'it' if done.stopped == 1 else 'them'}."
        if done.may_be_retried:
            said += " Some could not be called back: stop it again at once, while SendGrid may still hold them."
        if done.unresolved:
            said += f" Of {messages(done.unresolved)} nobody knows whether they were sent; say below when you know."
        if done.gone:
            why = f" ({'; '.join(done.reasons)})" if done.reasons else ""
            said += f" {messages(done.gone)} too late: sent, or not to be called back{why}."
        return self._back(slug, said)

    def go_on(self, request: Request, form: FormData) -> Response:
        """Go on with a campaign that stopped, or send one whose time has passed."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
        ensure_due(campaign)
        self._runner.go(slug)
        return self._back(slug)

    def rejected(self, request: Request, form: FormData) -> Response:
        """Send again to those whose rejection does not say that their address is at fault."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            again = requeue_rejected(self._room.workspace, store, campaign)
        if again.number:
            self._runner.go(slug)
        return self._back(slug, f"{messages(again.number)} queued again{again.left_out and f' ({again.left_out})'}.")

    def here(self, request: Request, form: FormData) -> Response:
        """Take a person's word for it that this computer is the one that sends."""
        slug = self._slug(request)
        with self._room.store() as store:
            unsure = take_over(store)
        self._runner.forget_trouble(slug)
        said = "From now on this copy sends."
        if unsure:
            said += (
                f" The other computer may have sent more of {', '.join(unsure)} than this copy knows: nothing more of "
                "it goes out before you have said who has it. Look there, then resume it here, or cancel it."
            )
        return self._back(slug, said, _wish_around(form))

    def settle(self, request: Request, form: FormData) -> Response:
        """Take a person's word for whether messages in doubt were sent."""
        slug = self._slug(request)
        verdict = form.get("verdict")
        if verdict not in {"sent", "not-sent"}:
            raise CampaignError("say whether they were sent", hint="Choose one of the two answers.")
        everybody = form.get("whom") != "some"
        only = [] if everybody else [str(address) for address in form.getlist("only")]
        if not everybody and not only:
            raise CampaignError("nobody is ticked", hint="Tick those whom you asked, or choose all of them.")
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            number = count_unresolved(store, campaign, only)
            if str(form.get("yes", "")).strip().replace(",", "") != str(number):
                raise CampaignError(
                    f"type {number} to say that this is about {people(number)}", hint="Nothing changed."
                )
            settled = resolve_deliveries(self._room.workspace, store, campaign, sent=verdict == "sent", only=only)
            is_over = campaign.state is CampaignState.CANCELLED
        how = "send the issue again" if is_over else "go on"
        rest = "" if verdict == "sent" else f" They wait to be sent: {how} when you are ready."
        return self._back(slug, f"{messages(settled)} settled.{rest}")

    def ask(self, request: Request, form: FormData) -> Response:
        """Ask the carrier who left or bounced, and whether it took what is in doubt."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            if campaign.plan.transport != "sendgrid":
                hint = "Only SendGrid tells what became of a message; a mail server answers bounces by mail."
                raise CampaignError("there is nobody to ask", hint=hint)
            changed = sync_with_sendgrid(self._room.workspace, store).changed
            transport = campaign_transport(self._room.workspace, campaign.plan)
            doubts = count_unresolved(store, campaign)
        if doubts:
            self._runner.ask(slug, lambda store, campaign: look_up(store, campaign, transport))
        said = (
            f"{people(changed)} left, bounced or complained, and will not be mailed again." if changed else "No news."
        )
        page = "report" if form.get("at") == "report" else "send"
        return self._room.pages.go_on(f"/issues/{slug}/{page}", f"SendGrid was asked. {said}")

    def correct(self, request: Request, _form: FormData) -> Response:
        """Begin a correction of an issue that was sent."""
        with self._room.store() as store:
            name, readers = create_correction(self._room.workspace, store, self._slug(request))
        said = f"This correction goes only to the {people(readers)} on your list who were sent the issue."
        return self._room.pages.go_on(f"/issues/{name}/write", said)

    def _proof(self, request: Request) -> Proof:
        return self._room.proofs.render(self._slug(request))

    def _slug(self, request: Request) -> str:
        slug: str = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            raise CampaignError("there is no such issue", hint="Go back to the list of issues.")
        return slug

    def _back(self, slug: str, said: str = "", wish: Wish | None = None) -> Response:
        return self._room.pages.go_on(f"/issues/{slug}/send{wish.query() if wish else ''}", said)


def _checked(proof: Proof) -> Checked:
    """Return the issue as the files are now.

    Raises:
        NewsletterError: they cannot be rendered.
    """
    if proof.mistake is not None:
        raise proof.mistake
    assert proof.message is not None  # noqa: S101 - without a mistake there is one
    corrects = proof.issue.corrects if proof.issue else ""
    return Checked(slug=proof.slug, message=proof.message, findings=proof.findings, corrects=corrects)


def _seen(form: FormData) -> Seen:
    count = str(form.get("count", ""))
    return Seen(
        count=int(count) if count.isdecimal() and len(count) < 10 else 0,
        digest=str(form.get("digest", "")),
        after=str(form.get("after", "")),
    )


def _refuse_no_yes(seen: Seen, form: FormData) -> None:
    if not seen.is_yes(str(form.get("yes", ""))):
        hint = "Nothing was sent."
        raise CampaignError(f"type {seen.count:,} (the number of people) or yes, to send it", hint=hint)


def _wish_around(form: FormData) -> Wish:
    """Return what was chosen on the page around a form that is about something else."""
    return Wish.read(QueryParams(str(form.get("around", ""))[:_LONGEST_QUERY].removeprefix("?")))


def _campaign(store: Store, slug: str, form: FormData) -> Campaign:
    """Return the campaign that the page was about.

    Raises:
        ChangedError: another one has taken its place since.
    """
    campaign = known_campaign(store, slug)
    if form.get("campaign") != campaign.ref:
        raise ChangedError("this page is older than the campaign it shows", hint="Nothing was changed. Look again.")
    return campaign
