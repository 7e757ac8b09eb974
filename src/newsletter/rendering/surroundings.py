"""What a passage is read in: everything that its blocks need to know beyond their own words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from newsletter.message import MergeTags
from newsletter.rendering.blocks import Block, Picture
from newsletter.rendering.events import Calendar
from newsletter.rendering.pictures import Pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The issue, as far as one of its passages needs it.

    Attributes:
        thumb: how many pixels wide a card's picture is.
        crisis: what each crisis box ends with: whom to call.
        contact: what each contact box holds: all ways to reach the clinic.
    """

    tags: MergeTags
    pictures: Pictures
    thumb: int
    logo: Picture | None
    calendar: Calendar
    crisis: tuple[Block, ...]
    contact: tuple[Block, ...]
    language: str
    timezone: ZoneInfo
