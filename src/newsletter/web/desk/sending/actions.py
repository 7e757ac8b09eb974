"""What the page of sending can do: each is what a command does, by the same functions."""

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.campaigns import Campaign, CampaignState, find_campaign, known_campaign
from newsletter.campaigns.approval import approve
from newsletter.campaigns.cancellation import cancel_issue
from newsletter.campaigns.carrier import carrier_of, time_at_carrier
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.doubts import queue_rejected, why_not_again
from newsletter.campaigns.freezing import Seen, start
from newsletter.campaigns.journal import take_over
from newsletter.campaigns.plan import short
from newsletter.campaigns.proposal import propose
from newsletter.campaigns.refusals import refuse_unfit
from newsletter.campaigns.resolution import Witness, doubtful, look_up, resolve
from newsletter.campaigns.syncing import sync
from newsletter.campaigns.testing import TestReader, remember_tester, send_test
from newsletter.checks.verdict import refuse_errors
from newsletter.errors import CampaignError, ChangedError, ElsewhereError, TransportError
from newsletter.message import Message
from newsletter.storage import Store
from newsletter.subscribers.addresses import check_address
from newsletter.transports import SuppressionKeeper, Transport
from newsletter.transports.opening import open_transport
from newsletter.transports.outbox import OutboxTransport
from newsletter.web.desk.proofs import Proof
from newsletter.web.desk.room import Room
from newsletter.web.desk.sending.draft import Wish
from newsletter.web.desk.sending.runner import Runner, is_waiting
from newsletter.web.desk.sending.tests import SentTest, Tests
from newsletter.web.desk.sending.words import messages, people

_LONGEST_QUERY = 4_000  # more tags than anybody chooses by

Show = Callable[[Request, Wish, ChangedError], Response]
"""Shows the page as it is now, and what has changed."""


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
        ]

    def test(self, request: Request, form: FormData) -> Response:
        """Send the issue as it is now to the person at the desk, or to the reviewers."""
        workspace, proof = self._room.workspace, self._proof(request)
        message = _message(proof)
        to_team = form.get("to") == "reviewers"
        typed = workspace.settings.team.reviewers if to_team else (str(form.get("address", "")),)
        addresses = [check_address(address).email for address in typed]
        if not addresses:
            hint = "Name them in the settings, under Colleagues."
            raise CampaignError("there are no reviewers yet", hint=hint)
        transport = open_transport(workspace)
        refuse_unfit(message, workspace.settings, transport)
        with self._room.store() as store:
            if not to_team:  # before it is sent: an error must not cost the address, too
                with store.write() as connection:
                    remember_tester(connection, addresses[0])
            url = workspace.settings.web.public_url
            with contextlib.closing(transport):
                refs = send_test(
                    store, message, transport, slug=proof.slug, addresses=addresses, reader=TestReader(), public_url=url
                )
        self._remember(proof.slug, message, transport, refs)
        return self._back(proof.slug, f"The test was sent to {people(len(refs))}.", _wish_around(form))

    def _remember(self, slug: str, message: Message, transport: Transport, refs: tuple[str, ...]) -> None:
        files: tuple[Path, ...] = ()
        if isinstance(transport, OutboxTransport):
            files = tuple(transport.folder_of(f"{slug}-test") / f"{ref}.eml" for ref in refs)
        test = SentTest(SYSTEM_CLOCK.now(), len(refs), transport.name, short(message.digest), files)
        self._tests.add(slug, test)

    def approve(self, request: Request, form: FormData) -> Response:
        """Write down that a person approves the version that they had before them."""
        proof = self._proof(request)
        message = _message(proof)
        if form.get("digest") != message.digest:
            hint = "Nothing was approved. Look at it as it is now, and say yes again."
            changed = ChangedError("the issue changed while you were looking", hint=hint)
            return self._show(request, _wish_around(form), changed)
        with self._room.store() as store, store.write() as connection:
            approval = approve(connection, proof.slug, message.digest, str(form.get("name", "")))
        said = f"{approval.name} has approved version {short(message.digest)}."
        return self._back(proof.slug, said, _wish_around(form))

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
        transport = open_transport(self._room.workspace)
        with self._room.store() as store:
            if self._is_repeated(store, proof.slug, seen):
                return self._back(proof.slug)
            campaign = self._start(store, transport, proof, seen, form)
        if campaign.state is CampaignState.SENDING:
            self._runner.go(proof.slug)
        self._runner.wake()
        return self._back(proof.slug)

    def _start(self, store: Store, transport: Transport, proof: Proof, seen: Seen, form: FormData) -> Campaign:
        message, settings, slug = _message(proof), self._room.workspace.settings, proof.slug
        _refuse_no_yes(seen, form)
        refuse_unfit(message, settings, transport)
        refuse_errors(slug, proof.findings)
        _bring_home(store, transport)
        choice = Wish.read(form).choice(self._room.workspace.settings.clinic.timezone, by=str(form.get("by", "")))
        proposal = propose(store, settings, message, transport, slug=slug, choice=choice)
        due_at = proposal.due_at
        if due_at is None and not proposal.plan.held:  # the desk's own time to undo
            due_at = SYSTEM_CLOCK.now() + settings.delivery.countdown
        return start(store, message, slug=slug, plan=proposal.plan, seen=seen, due_at=due_at)

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
                done = cancel_issue(store, campaign.slug, self._transport_of)
            except ElsewhereError as elsewhere:
                self._runner.note_trouble(slug, elsewhere)
                return self._back(slug)
        said = f"{messages(done.stopped)} stopped; nobody gets {'it' if done.stopped == 1 else 'them'}."
        if done.may_be_retried:
            said += " Some could not be called back: stop it again at once, while SendGrid may still hold them."
        if done.doubtful:
            said += f" Of {messages(done.doubtful)} nobody knows whether they were sent; say below when you know."
        if done.gone:
            why = f" ({'; '.join(done.reasons)})" if done.reasons else ""
            said += f" {messages(done.gone)} too late: sent, or not to be called back{why}."
        return self._back(slug, said)

    def _transport_of(self, campaign: Campaign) -> Transport:
        """Open what carries the campaign; one that has not begun needs no key to be stopped."""
        if campaign.state is CampaignState.SCHEDULED:
            try:
                return carrier_of(self._room.workspace, campaign.plan)
            except TransportError:
                return OutboxTransport(self._room.workspace.outbox_dir)
        return carrier_of(self._room.workspace, campaign.plan)

    def go_on(self, request: Request, form: FormData) -> Response:
        """Go on with a campaign that stopped, or send one whose time has passed."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
        if is_waiting(campaign):
            raise CampaignError("its time has not come yet", hint="Cancel it first if you want another time.")
        self._runner.go(slug)
        return self._back(slug)

    def rejected(self, request: Request, form: FormData) -> Response:
        """Send again to those whose rejection does not say that their address is at fault."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            self._transport_of(campaign)  # without a key nobody is queued
            with store.read() as connection:
                why = why_not_again(connection, campaign)
            number = queue_rejected(store, campaign)
        if number:
            self._runner.go(slug)
        return self._back(slug, f"{messages(number)} queued again{why and f' ({why})'}.")

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
                "it goes out before you have said who has it. Look there, then go on with it here, or stop it."
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
            number = doubtful(store, campaign, only)
            if str(form.get("yes", "")).strip().replace(",", "") != str(number):
                raise CampaignError(
                    f"type {number} to say that this is about {people(number)}", hint="Nothing changed."
                )
            told = partial(time_at_carrier, self._room.workspace)
            settled = resolve(store, campaign, sent=verdict == "sent", only=only, provider_time=told)
            is_over = campaign.state is CampaignState.CANCELLED
        how = "send the issue again" if is_over else "go on"
        rest = "" if verdict == "sent" else f" They wait to be sent: {how} when you are ready."
        return self._back(slug, f"{messages(settled)} settled.{rest}")

    def ask(self, request: Request, form: FormData) -> Response:
        """Ask the carrier who left or bounced, and whether it took what is in doubt."""
        slug = self._slug(request)
        with self._room.store() as store:
            campaign = _campaign(store, slug, form)
            transport = carrier_of(self._room.workspace, campaign.plan)
            if not isinstance(transport, SuppressionKeeper):
                hint = "Only SendGrid tells what became of a message; a mail server answers bounces by mail."
                raise CampaignError("there is nobody to ask", hint=hint)
            changed = sync(store, transport).changed
            doubts = doubtful(store, campaign)
        if doubts and isinstance(transport, Witness):
            witness = transport
            self._runner.ask(slug, lambda store, campaign: look_up(store, campaign, witness))
        said = (
            f"{people(changed)} left, bounced or complained, and will not be mailed again." if changed else "No news."
        )
        return self._back(slug, f"SendGrid was asked. {said}")

    def _proof(self, request: Request) -> Proof:
        return self._room.proofs.render(self._slug(request))

    def _slug(self, request: Request) -> str:
        slug: str = request.path_params["slug"]
        if slug not in self._room.proofs.slugs():
            raise CampaignError("there is no such issue", hint="Go back to the list of issues.")
        return slug

    def _back(self, slug: str, said: str = "", wish: Wish | None = None) -> Response:
        return self._room.pages.go_on(f"/issues/{slug}/send{wish.query() if wish else ''}", said)


def _message(proof: Proof) -> Message:
    """Return the message as the files are now.

    Raises:
        NewsletterError: they cannot be rendered.
    """
    if proof.mistake is not None:
        raise proof.mistake
    assert proof.message is not None  # noqa: S101 - without a mistake there is one
    return proof.message


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


def _bring_home(store: Store, transport: Transport) -> None:
    """Take over whom the carrier will not mail; a key that may only send is no reason not to send."""
    if not isinstance(transport, SuppressionKeeper):
        return
    try:
        sync(store, transport)
    except TransportError:
        return


def _campaign(store: Store, slug: str, form: FormData) -> Campaign:
    """Return the campaign that the page was about.

    Raises:
        ChangedError: another one has taken its place since.
    """
    campaign = known_campaign(store, slug)
    if form.get("campaign") != campaign.ref:
        raise ChangedError("this page is older than the campaign it shows", hint="Nothing was changed. Look again.")
    return campaign
