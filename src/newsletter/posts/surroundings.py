"""What stands around each block of a text: its neighbours, the row of short lines that it is in, and the whole.

With what `features` sees in the block alone, these are the signs that the decision is made by.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from newsletter.posts.block import Block, letters_of, usual_gap
from newsletter.posts.features import PAGE_BARE, Seen, bucket, see
from newsletter.posts.meta import without_credentials

_MOST_COMPARED = 400


def read_signs(
    blocks: Sequence[Block], now: dt.datetime | None, *, titled: bool, site: str = ""
) -> tuple[list[list[str]], list[Seen]]:
    """Return the signs of each block.

    Args:
        blocks: the text, without what is known not to belong to it.
        now: when it was saved.
        titled: whether the title is known from elsewhere.
        site: the website's name.
    """
    seen = [see(block, now, site) for block in blocks]
    around = _Text(seen, titled=titled)
    rows = [around.signs(place) for place in range(len(seen))]
    for each, row in zip(seen, rows, strict=True):
        each.signs = row
    return rows, seen


class _Text:
    """All blocks of a text, and what stands around each."""

    def __init__(self, seen: Sequence[Seen], *, titled: bool) -> None:
        self.seen = seen
        self.titled = titled
        self.gap = usual_gap([each.block for each in seen])
        self.shapes = ["START", "START", *(each.shape for each in seen), "END", "END", "END"]
        prose = [place for place, each in enumerate(seen) if each.block.is_prose and "anywhere" not in each.zones]
        if not prose:
            prose = [place for place, each in enumerate(seen) if each.block.ends_sentence]
        self.first = prose[0] if prose else len(seen)
        self.last = prose[-1] if prose else len(seen)
        self.prose = len(prose)
        self.keys = [letters_of(each.block.said) for each in seen]
        self.said = Counter(self.keys)
        self.order = {key: place for place, key in reversed(list(enumerate(self.keys)))}
        self.leads = Counter(each.lead for each in seen if each.lead)
        self.small = {
            word for each in seen if each.block.is_prose for word in re.findall(r"\b[a-zà-ÿ]{3,}\b", each.block.text)
        }
        self.whole = self._whole()
        self.runs = self._runs()
        self.alike = self._alike()
        self.last_sure = max((p for p, e in enumerate(seen) if _is_sure(e)), default=-1)
        self.first_sure_behind = next(
            (
                p
                for p, e in enumerate(seen)
                if p > self.last / 2 and (_is_sure(e) or e.zones.keys() & {"tail", "thread"}) and p > self.first
            ),
            len(seen),
        )
        self.pages = _pages(seen)
        self.days = sum(
            "only dated" in each.signs and below.block.is_prose for each, below in pairwise(seen) if not each.block.mark
        )
        self.names = {without_credentials(e.block.said) for e in seen if "name" in e.signs}

    def signs(self, place: int) -> list[str]:
        """Return all signs of one block."""
        seen = self.seen[place]
        own = list(seen.signs)
        zone = self._zone(place)
        shape = seen.shape
        before2, before, after, after2 = self._shapes_around(place)
        gap = self._gap(place)
        gap_below = self._gap(place + 1) if place + 1 < len(self.seen) else "end"
        run = self.runs[place]
        found = [
            "always",
            f"shape:{shape}",
            f"in:{zone}",
            f"{shape} in {zone}",
            f"gap:{gap}",
            f"gaps:{gap}/{gap_below}",
            f"-1:{before}",
            f"+1:{after}",
            f"-2:{before2}",
            f"+2:{after2}",
            f"{shape}+1:{after}",
            f"{shape}-1:{before}",
            f"{before}|{shape}|{after}",
            f"+1+2:{after}/{after2}",
            f"{shape} gaps:{gap}/{gap_below}",
            f"{shape} {zone} +1:{after}",
            *own,
            *(f"{sign} in {zone}" for sign in own if sign not in {"mark:", "tag:"}),
            *self.whole,
            *run,
            *self._place(place, zone),
            *self._series(place),
        ]
        words = next(sign for sign in own if sign.startswith("words:"))
        end = next(sign for sign in own if sign.startswith("end:"))
        found += [f"{words} {end}", f"{end} +1:{after}", f"{words} +1:{after} {gap}", f"{shape} {words}"]
        if "title case" in own or "capitals" in own:
            found += [f"titled +1:{after}", f"titled {gap}", f"titled {words}"]
        if shape == "colon" and place + 1 < len(self.seen) and "note" in self.seen[place + 1].signs:
            found.append("announces notes")
        for distance in (-1, 1, 2):
            if 0 <= place + distance < len(self.seen):
                other = self.seen[place + distance]
                found += [f"{distance:+} {sign}" for sign in other.signs if not sign.startswith(("mark:", "tag:"))]
        return found

    def _shapes_around(self, place: int) -> tuple[str, str, str, str]:
        at = place + 2
        return self.shapes[at - 2], self.shapes[at - 1], self.shapes[at + 1], self.shapes[at + 2]

    def _zone(self, place: int) -> str:
        if place < self.first:
            return "head"
        return "tail" if place > self.last else "body"

    def _gap(self, place: int) -> str:
        if place == 0:
            return "first"
        gap = self.seen[place].block.gap
        return "usual" if gap == self.gap else "more" if gap > self.gap else "less"

    def _whole(self) -> list[str]:
        questions = sum("asks" in each.signs and "several" not in each.signs for each in self.seen)
        labels = len({each.block.said for each in self.seen if each.shape == "colon" and each.block.words <= 8})
        marked = sum(each.block.mark == "heading" or each.shape == "h" for each in self.seen)
        words = sum(
            each.block.words == 1 and below.block.is_prose for each, below in pairwise(self.seen) if not each.block.mark
        )
        found = []
        if questions >= 3:
            found.append("many questions")
        if labels >= 3:
            found.append("many labels")
        if marked >= 2:
            found.append("has headings")
        if words >= 3:
            found.append("many words above text")
        if self.titled:
            found.append("titled")
        if self.gap:
            found.append("airy")
        return found

    def _runs(self) -> list[list[str]]:
        """Return what the row of short lines in which a block stands has in common."""
        found: list[list[str]] = [["alone"] for _ in self.seen]
        start = 0
        while start < len(self.seen):
            end = start
            while end < len(self.seen) and self.seen[end].is_short and (end == start or self._goes_with(end)):
                end += 1
            if end - start > 0:
                self._describe(found, start, end)
            start = max(end, start + 1)
        return found

    def _goes_with(self, place: int) -> bool:
        """Whether a short line goes on with the row above it; one that announces what follows ends a row."""
        above, block = self.seen[place - 1].block, self.seen[place].block
        return not above.text.endswith(":") and (block.mark == above.mark or "quote" in {block.mark, above.mark})

    def _describe(self, found: list[list[str]], start: int, end: int) -> None:
        run = self.seen[start:end]
        size = end - start
        lines = [each.block for each in run]
        reads = sum(
            "reads on" in each.signs or (before.block.text.endswith(",") and each.block.said[:1].islower())
            for before, each in pairwise(run)
        )
        titled = _count("title case", run)
        announced = start > 0 and self.seen[start - 1].block.text.endswith(":") and not self.seen[start - 1].zones
        gaps = {line.gap for line in lines[1:]}
        stanzas = size > 2 and len(gaps) > 1
        followed = self.shapes[end + 2]
        common = [
            f"run:{bucket(size, (1, 2, 3, 5, 8, 14))}",
            f"run then {followed}",
            f"run gaps {'mixed' if len(gaps) > 1 else 'none' if gaps == {0} else 'even'}",
        ]
        counts = {
            "reads on": reads,
            "titled": titled,
            "small": _count("small", run),
            "ended": sum(line.ends_sentence for line in lines),
            "measures": _count("measure", run),
            "zones": sum(bool(each.zones) for each in run),
            "contacts": sum("contact" in each.signs or "address" in each.signs for each in run),
            "colons": sum(each.shape == "colon" for each in run),
            "facts": _count("fact", run),
            "commas": sum(line.text.endswith((",", ";")) for line in lines),
            "names": _count("name alone", run),
        }
        for name, count in counts.items():
            common.append(f"run {name} {_share(count, size)}")
            if size > 3:
                common.append(f"long run {name} {_share(count, size)}")
        if announced:
            common.append("run announced")
        if stanzas:
            common.append("run in stanzas")
        if reads >= 2 and 8 * reads >= size and 2 * titled < size:
            common.append("run is verse")
        asks = _count("asks", run)
        unlike = ("title case" in run[-1].signs and titled < size) or ("asks" in run[-1].signs and asks < size)
        heads = run[-1].shape == "colon" or (unlike and followed == "prose")  # it is the next heading
        entries = size - heads
        while entries > 1 and run[entries - 1].block.ends_sentence and not run[0].block.ends_sentence:
            entries -= 1  # the text goes on
        for each in run[:entries] if announced and entries > 1 else ():
            each.row = f"row {start}"
        for place in range(start, end):
            where = "first" if place == start else "last" if place == end - 1 else "inside"
            found[place] = [*common, f"run {where}", f"run {where} then {followed}"]
            if announced:
                found[place].append(f"announced {where}")
            if size > 1 and self.seen[place].block.gap > min(gaps | {self.seen[place].block.gap}) and where != "first":
                found[place].append("apart in run")
            if place + 1 < end and self.seen[place + 1].block.gap > min(gaps):
                found[place].append("run parts below")

    def _alike(self) -> Counter[str]:
        """Count the lines that look alike and stand alike: siblings are decided alike."""
        return Counter(self._look(place) for place in range(len(self.seen)))

    def _look(self, place: int) -> str:
        each = self.seen[place]
        if each.block.is_prose:
            return ""
        below = self.seen[place + 1].block.is_prose if place + 1 < len(self.seen) else False
        cased = f"{'title case' in each.signs}|{'capitals' in each.signs}"
        return f"{each.shape}|{each.block.mark}|{each.block.gap > 0}|{below}|{cased}"

    def _series(self, place: int) -> list[str]:
        seen = self.seen[place]
        found = []
        look = self._look(place)
        if look:
            found.append(f"alike:{bucket(self.alike[look], (1, 2, 4, 8))}")
            if look.split("|")[3] == "True":
                found.append(f"alike above text:{bucket(self.alike[look], (1, 2, 4, 8))}")
        if seen.lead:
            kind = seen.lead.split()[0]
            several = self.leads[seen.lead] > 1
            found.append(f"led {kind}{' again' if several else ''}")
        if seen.block.mark in {"bullet", "number"} and place + 1 < len(self.seen):
            below = self.seen[place + 1]
            if not below.block.mark and (below.block.is_prose or below.block.words > seen.block.words + 3):
                found.append(f"{seen.block.mark} with text below")
                if seen.block.words <= 14 and not seen.block.said.endswith((".", ",", ";")):
                    found.append(f"{seen.block.mark} names text below")
        if seen.block.mark in {"bullet", "number"}:
            near = [self.seen[p].block.mark for p in (place - 1, place + 1) if 0 <= p < len(self.seen)]
            found.append(f"{seen.block.mark} {'in a list' if seen.block.mark in near else 'alone'}")
        return found

    def _place(self, place: int, zone: str) -> list[str]:
        return [
            *self._where(place, zone),
            *self._again(place, zone),
            *self._named(place, zone),
            *self._near(place, zone),
        ]

    def _where(self, place: int, zone: str) -> list[str]:
        shape = self.seen[place].shape
        found = []
        if zone == "head":
            found = [
                f"from top:{bucket(place, (0, 1, 2, 3, 5, 8))}",
                f"to text:{bucket(self.first - place, (1, 2, 3, 5, 8))}",
            ]
        if zone == "tail":
            found = [
                f"from text:{bucket(place - self.last, (1, 2, 3, 5, 8))}",
                f"to end:{bucket(len(self.seen) - 1 - place, (0, 1, 2, 3, 5))}",
            ]
        if place == len(self.seen) - 1:
            found.append("very last")
        if place >= self.first_sure_behind:
            found += ["behind the end", f"{shape} behind the end"]
        elif place < self.last_sure and zone == "head":
            found.append("above sure")
        return found

    def _again(self, place: int, zone: str) -> list[str]:
        """Return what it means that a block is said more than once, or that others like it are."""
        seen = self.seen[place]
        key = self.keys[place]
        found = []
        if key and self.said[key] > 1:
            order = "first" if self.order[key] == place else "again"
            found += [f"said {order}", f"said {order} in {zone}"]
        if place in self.pages:
            found.append("page")
        if "only dated" in seen.signs and self.days > 1:
            found.append("one of several days")
        if seen.zones and seen.block.words <= 2 and place + 1 < len(self.seen):
            stem = re.escape(seen.block.said.lower().rstrip("s!:."))
            below = self.seen[place + 1].block.text.lower()
            found.append("taken up" if re.search(rf"\b{stem}", below) else "not taken up")
        return found

    def _named(self, place: int, zone: str) -> list[str]:
        """Return what the rest of the text tells of a name, and whether a sentence is about somebody named."""
        seen = self.seen[place]
        found = []
        if "name" in seen.signs and zone != "body":
            name = without_credentials(seen.block.said)
            words = re.findall(r"[^\W\d_]{3,}", name)
            found.append("name in text" if any(word.lower() in self.small for word in words) else "name not in text")
            if any(name in other.block.text and other is not seen for other in self.seen[:_MOST_COMPARED]):
                found.append("named again")
        last = zone == "tail" or place == self.last
        if last and "bio" in seen.signs and any(name and seen.block.said.startswith(name) for name in self.names):
            found.append("bio of the author")
        return found

    def _near(self, place: int, zone: str) -> list[str]:
        near = [self.seen[p] for p in range(max(0, place - 2), min(len(self.seen), place + 3)) if p != place]
        sure = sum(_is_sure(each) for each in near)
        maybe = sum(bool(each.zones) for each in near)
        told = sum(each.shape == "told" for each in near)
        found = [f"near sure:{min(sure, 3)}", f"near zones:{min(maybe, 4)}", f"near told:{min(told, 2)}"]
        if self.seen[place].zones:
            found += [f"zoned near sure:{min(sure, 2)} {zone}", f"zoned near zones:{min(maybe, 3)} {zone}"]
        return found


def _pages(seen: Sequence[Seen]) -> set[int]:
    """Return the places of page numbers; "2/3" may be a measure, and is one only where the next page has the next."""
    bare = [(place, match) for place, each in enumerate(seen) if (match := PAGE_BARE.fullmatch(each.block.text))]
    numbers = [int(match[1] or match[3]) for _, match in bare]
    apart = all(after - before > 1 for (before, _), (after, _) in pairwise(bare))
    counted = len({match[2] for _, match in bare}) == 1 and numbers == list(range(numbers[0], numbers[0] + len(bare)))
    return {place for place, _ in bare} if len(bare) > 1 and apart and counted else set()


def _is_sure(seen: Seen) -> bool:
    return "anywhere" in seen.zones and not seen.block.is_prose


def _count(sign: str, run: Sequence[Seen]) -> int:
    return sum(sign in each.signs for each in run)


def _share(count: int, size: int) -> str:
    share = count / size
    return "0" if not count else "some" if share < 0.34 else "half" if share < 0.67 else "most" if share < 1 else "all"
