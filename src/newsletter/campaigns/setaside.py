"""Who is passed over for now, and when a rejection becomes somebody's own.

A rejection may be the sender's: an account under review, relaying denied, a message too large.
It would meet anybody, so nobody may lose their copy by it. Even one that names its recipient
proves nothing while it meets everybody: "account disabled" may be said of either. So it becomes
final only once somebody else got the same message after it; at the end, where nobody else is
left, it is enough that anybody of the campaign got it and that only a few were named since. One
that names nobody has to meet its recipient alone, and once more after somebody else got it.

Nothing of this is in the ledger: whoever is set aside is queued there, so a crash at any
moment leaves them to be tried again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

IN_A_ROW = 5
"""So many people in a row who were not served, and nobody else in between: it looks like the sender."""

_PAUSES = (5.0, 20.0)  # seconds before those who asked to wait are tried again; then a person has to


@dataclass
class SetAside:
    """The people whom a run passes over, and what it has seen since.

    Attributes:
        row: how many people were set aside since anything was accepted.
        accepts: how often something was accepted.
        named: whoever was rejected by name: how many acceptances there were before that, and the reason.
        suspects: whoever was rejected alone, and how many acceptances there were before that.
        on_trial: those of them who are being tried for the second time.
        waiting: whoever asked to wait.
        reason: what was said last to one of them.
    """

    row: int = 0
    accepts: int = 0
    named: dict[int, tuple[int, str]] = field(default_factory=dict)
    suspects: dict[int, int] = field(default_factory=dict)
    on_trial: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    reason: str = ""
    _rounds: int = 0

    @property
    def people(self) -> set[int]:
        """Everybody who is passed over."""
        return self.named.keys() | self.suspects.keys() | self.waiting

    @property
    def probing(self) -> bool:
        """Whether only single messages are tried, of people anywhere in the list: those here may all be bad."""
        return self.row >= IN_A_ROW

    @property
    def looks_hopeless(self) -> bool:
        """Whether those elsewhere fared no better."""
        return self.row >= 2 * IN_A_ROW

    def accepted(self, ids: Iterable[int]) -> None:
        """Note that these people were served."""
        self.row = 0
        self.accepts += 1
        self.forget(ids)

    def rejected_by_name(self, reasons: Mapping[int, str], reason: str) -> None:
        """Note that an answer named these people, each for a reason; it counts once, however many it names."""
        before = {number: self.suspects.get(number, self.accepts) for number in reasons}
        self.forget(reasons)
        self.named.update({number: (before[number], why) for number, why in reasons.items()})
        self._count(reason)

    def proven(self) -> dict[int, str]:
        """Return those named whose rejection is final, with the reason: somebody else was accepted since."""
        return {number: why for number, (before, why) in self.named.items() if before < self.accepts}

    def few_named(self) -> dict[int, str]:
        """Return those named if they are so few that they are believed although nobody was accepted since."""
        few = len(self.named) < 2 * IN_A_ROW
        return {number: why for number, (_, why) in self.named.items()} if few else {}

    def rejected(self, number: int, reason: str) -> bool:
        """Note that somebody was rejected alone, without being named; return whether it is their own fault."""
        if number in self.on_trial:
            return True
        self.suspects[number] = self.accepts
        self._count(reason)
        return False

    def deferred(self, ids: Collection[int], reason: str) -> None:
        """Note that somebody's mailbox asks to wait."""
        self.forget(ids)
        self.waiting.update(ids)
        if not self._rounds:
            self._count(reason)
        self.reason = reason

    def _count(self, reason: str) -> None:
        self.row += 1
        self.reason = reason

    def forget(self, ids: Iterable[int]) -> None:
        """Pass over these people no more: what becomes of them is known, or they are gone."""
        for number in ids:
            self.named.pop(number, None)
            self.suspects.pop(number, None)
            self.on_trial.discard(number)
            self.waiting.discard(number)

    def second_trial(self) -> list[int]:
        """Return those whose rejection the next try decides about.

        Somebody else was accepted since they were rejected. Or nobody is left who could be,
        but it is only a few, and this run has had the same message accepted before: an
        earlier run proves nothing, for the sender's fault may have come after it.
        """
        untried = {number: before for number, before in self.suspects.items() if number not in self.on_trial}
        chosen = [number for number, before in untried.items() if before < self.accepts]
        if not chosen and self.accepts and len(untried) < IN_A_ROW:
            chosen = list(untried)
        self.on_trial.update(chosen)
        return chosen

    def next_round(self) -> tuple[float, list[int]]:
        """Return those who asked to wait, and for how long they are still left alone; nobody once it is enough."""
        if not self.waiting or self._rounds == len(_PAUSES):
            return 0.0, []
        pause, ids = _PAUSES[self._rounds], sorted(self.waiting)
        self._rounds += 1
        self.waiting.clear()
        return pause, ids
