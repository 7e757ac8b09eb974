"""The values that a campaign is made of: what was frozen, how it stands, and the public ids of its parts."""

import dataclasses
import functools
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from newsletter.campaigns.states import OPEN, CampaignState, DeliveryState
from newsletter.message import Message
from newsletter.subscribers.audience import EVERYBODY, Audience

# --- Public ids -----------------------------------------------------------------------

_BLOCK = 16  # bytes, of AES and of a delivery's name
_LARGEST = 1 << 63  # a row's number is smaller; the rest of a block is noughts, by which a forgery is known
_REF = re.compile(r"[0-9a-f]{32}")


def new_ref() -> str:
    """Return a random name for a campaign or a batch."""
    return secrets.token_hex(8)


def delivery_refs(key: bytes, delivery_ids: Iterable[int]) -> Sequence[str]:
    """Return the names of deliveries, in the same order: always the same, and without the key nobody's.

    A name is the delivery's number in cipher, so that an event that names it leads back to
    one row, and needs no column. Of the 2^128 names that could be made up, one in 2^65 is
    any delivery's. Many at once cost hardly more than one.
    """
    plain = b"".join(delivery_id.to_bytes(_BLOCK, "big") for delivery_id in delivery_ids)
    text = _cipher(key).encryptor().update(plain).hex()
    return [text[start : start + 2 * _BLOCK] for start in range(0, len(text), 2 * _BLOCK)]


def read_delivery_ref(key: bytes, ref: str) -> int | None:
    """Return the delivery's number, or nothing if the name was not made with this key."""
    if not _REF.fullmatch(ref):
        return None
    number = int.from_bytes(_cipher(key).decryptor().update(bytes.fromhex(ref)), "big")
    return number if number < _LARGEST else None


@functools.lru_cache(maxsize=8)
def _cipher(key: bytes) -> Cipher[ECB]:
    """Return the cipher for names: one block each and none twice, so that it needs no chaining."""
    own = hashlib.blake2b(key=key, person=b"delivery", digest_size=_BLOCK).digest()
    return Cipher(AES(own), ECB())  # noqa: S305 - a block of its own for each number


# --- Plan, campaign and tally ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a campaign goes out; frozen with it, so that later settings change nothing.

    Attributes:
        transport: its name, as in ``delivery.transport``.
        audience: whom it goes to.
        rest: whether the issue was sent before, and goes to those of them who do not have it.
        public_url: where the public pages answer a one-click unsubscribe, if they run.
        hold_seconds: how long the provider keeps each batch; 0 sends at once.
        batch_size: the most deliveries in one request.
        needs_approval: whether somebody else has to have approved this very version.
        open_tracking: whether the provider notes who opens it; `click_tracking` the same of links.
        asked_by: who sends it, as far as they said.
    """

    transport: str
    audience: Audience = EVERYBODY
    rest: bool = False
    public_url: str = ""
    hold_seconds: int = 0
    batch_size: int = 500
    needs_approval: bool = False
    open_tracking: bool = False
    click_tracking: bool = False
    asked_by: str = ""

    def to_json(self) -> str:
        """Return the plan as text that `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Return the plan that `to_json` wrote."""
        found = json.loads(text)
        chosen = found.pop("audience", found)  # before there were languages, the tags stood beside the rest
        rest = {name: value for name, value in found.items() if name not in {"tags", "not_tags"}}
        return cls(audience=Audience.from_document(chosen), **rest)

    @property
    def held(self) -> bool:
        """Whether the provider is to keep each batch for a while, so that it can be cancelled."""
        return self.hold_seconds > 0

    @property
    def hold_time(self) -> timedelta:
        """How long the provider keeps each batch."""
        return timedelta(seconds=self.hold_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One send of one issue, as its row says."""

    id: int
    ref: str
    slug: str
    state: CampaignState
    reason: str
    digest: str
    plan: Plan
    frozen: int
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    message: Message = field(repr=False)

    @property
    def chosen_at(self) -> datetime | None:
        """The time that a person chose; nothing if it goes out as soon as it may."""
        return None if self.due_at == self.created_at + self.plan.hold_time else self.due_at


def short(digest: str) -> str:
    """Return enough of a message's hash for a person to compare."""
    return digest[:8]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries are in which state.

    Attributes:
        skipped: who was left out when their turn came, by reason.
        held_until: when the provider lets the last of what it holds go, past or to come, by its own clock.
        rejected_unnamed: who was rejected for a reason that may be the sender's, and may be sent to again;
            counted only where that is shown.
        first_out: when it lets the first of it go, likewise.
        ahead: by how much its clock was ahead of this computer's.
        lacking: how many subscribers do not have the issue; counted only where that is shown.
        forgotten: what the journal knows of further sends of the issue; looked up there only, too.
    """

    counts: Mapping[DeliveryState, int]
    skipped: Mapping[str, int] = field(default_factory=dict)
    held_until: datetime | None = None
    rejected_unnamed: int = 0
    first_out: datetime | None = None
    ahead: timedelta = timedelta(0)
    lacking: int = 0
    forgotten: str = ""

    def __getitem__(self, state: DeliveryState) -> int:
        """Return the number in one state."""
        return self.counts.get(state, 0)

    @property
    def total(self) -> int:
        """All deliveries: what was frozen."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Deliveries that still need something: the campaign is finished when there are none."""
        return sum(self[state] for state in OPEN)
