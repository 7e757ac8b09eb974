"""What a page does not show: told from its elements, their styles, and the rules of its own style sheets.

A page is taken as a browser on a desk shows it before anything is touched. Only rules
that name an element by its tag, classes, id and attributes count, and by what it stands in;
a rule that holds for some screens alone can show an element, but hides none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import soupsieve
import tinycss2
from bs4 import BeautifulSoup, Tag

from newsletter.posts.html.tree import elements

Declared = Mapping[str, tuple[str, bool]]
"""Values by property, in small letters, and whether each is important."""

_FOR_READERS_ALOUD = {
    "sr-only", "sronly", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only",
    "screenreader-only", "element-invisible", "a11y-hidden", "assistive-text", "u-visually-hidden",
}  # fmt: skip
_PROPERTIES = {
    "clip", "clip-path", "color", "display", "font-size", "height", "left", "max-height", "opacity", "overflow",
    "overflow-y", "padding", "padding-bottom", "padding-top", "position", "right", "text-indent", "top", "visibility",
    "width",
}  # fmt: skip
_NEVER = {"html", "body", "main", "article"}
"""Hidden by a rule only until a script runs."""
_LARGE_SHARE = 0.5
"""Of the page's words; what holds more is what the page is about, and a script shows it."""
_LONGEST_SHEETS = 500_000
"""Characters of style sheets that are looked at; it takes its time."""
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)")
_FAR = -400.0
_CLIPPED_AWAY = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]*){4}\)|inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which elements a rule means, and what it says of them.

    Attributes:
        tag: what they are called, if that matters; `ids` and `classes` likewise.
        whole: the selector, if it asks for more than that: for what they stand in, or an attribute.
        weight: how much it counts beside another rule.
    """

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]
    declared: Declared
    whole: soupsieve.SoupSieve | None
    weight: tuple[int, int, int]

    def means(self, tag: Tag) -> bool:
        """Whether it is about an element."""
        is_likely = (
            self.tag in {"", tag.name} and self.classes <= set(_classes(tag)) and self.ids <= {str(tag.get("id") or "")}
        )
        return is_likely and (self.whole is None or self.whole.match(tag))


def mark_hidden(soup: BeautifulSoup) -> None:
    """Give every element that the page hides the attribute `hidden`, however it hides it."""
    sheets = (tag.get_text() for tag in elements(soup) if tag.name == "style" and _is_for_screens(tag))
    rules = _by_name(_rules(sheets))
    whole = -1
    inside: set[int] = set()
    for tag in elements(soup):
        if id(tag.parent) in inside:
            inside.add(id(tag))
        elif tag.has_attr("hidden") or _hides_itself(tag) or _is_unreadable(tag):
            inside.add(id(tag))
            tag["hidden"] = ""
        elif rules and tag.name not in _NEVER and hides(_declared_of(tag, rules)):
            whole = whole if whole >= 0 else len(soup.get_text(" ").split())
            if len(tag.get_text(" ").split()) <= _LARGE_SHARE * whole:
                inside.add(id(tag))
                tag["hidden"] = ""


def hides(declared: Declared) -> bool:
    """Whether an element of this style is not seen."""
    said = {name: value for name, (value, _) in declared.items()}
    if said.get("display") == "none" or said.get("visibility") in {"hidden", "collapse"}:
        return True
    without_height = any(_number(said.get(name)) == 0 for name in ("max-height", "height")) and not _is_padded(said)
    clipped = {"hidden", "clip"} & {*said.get("overflow", "").split(), said.get("overflow-y", "")}
    size = _number(said.get("font-size"))
    is_tiny = size is not None and size <= (1 if _unit(said["font-size"]) in {"", "px", "pt"} else 0)
    is_flat = _number(said.get("width")) == 0 and clipped
    if is_flat:
        return True
    is_clear = _number(said.get("opacity")) == 0
    if (without_height and clipped) or (is_clear and (without_height or is_tiny)):
        return True
    if (_number(said.get("text-indent")) or 0) <= _FAR:
        return True
    if said.get("position") not in {"absolute", "fixed"}:
        return False
    is_far = any((_number(said.get(name)) or 0) <= _FAR for name in ("left", "right", "top"))
    return is_far or any(_CLIPPED_AWAY.search(said.get(name, "")) for name in ("clip", "clip-path"))


@lru_cache(2_000)  # a page has few styles, and says each of them often
def declared_in(style: str) -> Declared:
    """Return what a `style` attribute says about being seen."""
    return _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


def hiding_classes(sheets: Iterable[str]) -> frozenset[str]:
    """Return the classes on which a rule that hides depends."""
    return frozenset(name for rule in _rules(sheets) if hides(rule.declared) for name in rule.classes)


def _classes(tag: Tag) -> list[str]:
    return str(" ".join(tag.get_attribute_list("class")) if tag.has_attr("class") else "").split()


def _hides_itself(tag: Tag) -> bool:
    if tag.name == "dialog" and not tag.has_attr("open"):
        return True
    if tag.has_attr("popover") or (
        tag.name != "h1" and any(name.lower() in _FOR_READERS_ALOUD for name in _classes(tag))
    ):
        return True
    return tag.has_attr("style") and hides(declared_in(str(tag["style"])))


def _is_unreadable(tag: Tag) -> bool:
    """Whether an element's own style writes its text in white on white, in no color, or far too small.

    What may stand on a ground of another color, or is written otherwise within it, is read.
    """
    style = str(tag.get("style") or "") + (f";color:{tag.get('color')}" if tag.name == "font" else "")
    if not style or not is_hardly_seen(style):
        return False
    if any(_WRITTEN.search(str(each.get("style") or "")) or each.get("color") for each in tag.select("*")):
        return False
    color, _ = declared_in(style).get("color", _NOTHING)
    is_white = _WHITE.fullmatch(color)
    return not is_white or not any(map(_may_be_colored, (tag, *tag.parents)))


def is_hardly_seen(style: str) -> bool:
    """Whether text of this style is white, of no color, or far too small; on a dark ground, white is seen."""
    said = declared_in(style)
    color, size = (said[name][0] if name in said else "" for name in ("color", "font-size"))
    is_tiny = _unit(size) in {"px", "pt"} and 0 < (_number(size) or 0) <= 1
    return is_tiny or bool(_CLEAR.fullmatch(color) or _WHITE.fullmatch(color))


_NOTHING = ("", False)
_WHITE = re.compile(r"white|#f{3}|#f[a-f0-9]f[a-f0-9]f[a-f0-9]|rgba?\( ?255 ?, ?255 ?, ?255 ?(?:, ?1(?:\.0)? ?)?\)")
_CLEAR = re.compile(r"transparent|rgba\((?:[^,]*,){3} ?0?\.?0+ ?\)|#[0-9a-f]{6}00")
_WRITTEN = re.compile(r"(?:^|[;\s])(?:color|font-size|font)\s*:", re.IGNORECASE)


def _may_be_colored(tag: Tag) -> bool:
    """Whether an element has a ground of its own, or a class that may give it one."""
    has_ground = tag.has_attr("bgcolor") or tag.has_attr("background") or "background" in str(tag.get("style") or "")
    return has_ground or any(not name.lower().startswith(("mso", "gmail")) for name in _classes(tag))


def _is_for_screens(sheet: Tag) -> bool:
    return str(sheet.get("media") or "all").strip().lower() in {"all", "screen", ""}


def _declared_of(tag: Tag, rules: Mapping[str, list[_Rule]]) -> Declared:
    """Return what the rules and its own style say of an element; what counts most is said last."""
    names = ["", tag.name, str(tag.get("id") or ""), *_classes(tag)]
    meant = [rule for name in dict.fromkeys(names) for rule in rules.get(name, ()) if rule.means(tag)]
    if not meant:
        return {}
    whole: dict[str, tuple[str, bool]] = {}
    own = declared_in(str(tag.get("style") or ""))
    for declared in (*(rule.declared for rule in sorted(meant, key=lambda rule: rule.weight)), own):
        whole |= {name: said for name, said in declared.items() if said[1] or not whole.get(name, ("", False))[1]}
    return whole


def _by_name(rules: Iterable[_Rule]) -> dict[str, list[_Rule]]:
    """Return the rules by one name that an element must have to be meant; nothing where none of them hides."""
    found: dict[str, list[_Rule]] = defaultdict(list)
    known = list(rules)
    for rule in known if any(hides(rule.declared) for rule in known) else ():
        found[next(iter(rule.ids or rule.classes), rule.tag)].append(rule)
    return found


def _rules(sheets: Iterable[str]) -> tuple[_Rule, ...]:
    return _rules_of("\n".join(sheets)[:_LONGEST_SHEETS])


@lru_cache(1)  # asked before the tree is made, and again of the tree
def _rules_of(text: str) -> tuple[_Rule, ...]:
    return tuple(_read_rules(text))


def _read_rules(text: str) -> Iterator[_Rule]:
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True) if text else ():
        if rule.type == "qualified-rule":
            yield from _read_rule(rule)
        elif rule.type == "at-rule" and rule.content is not None:
            condition = " ".join(tinycss2.serialize(rule.prelude).lower().split())
            is_always = rule.lower_at_keyword in {"supports", "layer"} or condition in {"screen", "all", "only screen"}
            if not is_always and (
                rule.lower_at_keyword != "media"
                or "min-width" not in condition
                or any(word in condition for word in ("print", "max-width", "not "))
            ):
                continue
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            for each in inner:
                read = _read_rule(each) if each.type == "qualified-rule" else ()
                yield from (one for one in read if is_always or not hides(one.declared))


def _read_rule(rule: tinycss2.ast.QualifiedRule) -> Iterator[_Rule]:
    declared = _declarations(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True))
    if not declared:
        return
    group: list[tinycss2.ast.Node] = []
    for token in [*rule.prelude, None]:
        if token is not None and token != ",":  # noqa: S105 - a comma
            group.append(token)
            continue
        if (read := _selector(group, declared)) is not None:
            yield read
        group = []


def _selector(tokens: list[tinycss2.ast.Node], declared: Declared) -> _Rule | None:
    """Return a selector that tells by tags, classes, ids and attributes what it means, wherever that stands.

    What also asks for a state or a place in a row (":hover", ":not(.open)") is passed over.
    """
    named = [token for token in tokens if token.type != "comment"]
    while named and named[0].type == "whitespace":
        named.pop(0)
    while named and named[-1].type == "whitespace":
        named.pop()
    if any(node in _STATES for node in named):
        return None
    begin = max(
        (at + 1 for at, token in enumerate(named) if token.type == "whitespace" or token in _BETWEEN), default=0
    )
    last = named[begin:]
    tag, ids, classes = "", set(), set()
    if last and last[0].type == "ident":
        tag = last.pop(0).lower_value
    is_simple = begin == 0
    while last:
        first = last.pop(0)
        if first.type == "hash":
            ids.add(first.value)
        elif first == "." and last and last[0].type == "ident":
            classes.add(last.pop(0).value)
        elif first.type == "[] block" or first == "*":
            is_simple = False
        else:
            return None
    if is_simple and not (tag or ids or classes):
        return None
    whole = None
    if not is_simple and (whole := _compiled(tinycss2.serialize(named))) is None:
        return None
    return _Rule(tag, frozenset(ids), frozenset(classes), declared, whole, _weight(named))


_STATES = (":", "&")
_BETWEEN = (">", "+", "~")
_BEFORE_SCRIPTS = re.compile(r"\.(?:no-?)?js\b|\.(?:wf|fonts|page|pre|un|is)?-?load", re.IGNORECASE)
"""Classes of the whole page that a script takes away, or sets."""


def _weight(named: list[tinycss2.ast.Node]) -> tuple[int, int, int]:
    ids = sum(token.type == "hash" for token in named)
    classes = sum(node == "." or node.type == "[] block" for node in named)
    tags = sum(token.type == "ident" and not (at and named[at - 1] == ".") for at, token in enumerate(named))
    return ids, classes, tags


def _compiled(selector: str) -> soupsieve.SoupSieve | None:
    """Return a selector to match elements with; None where it is none, or is about pages before scripts run."""
    try:
        return None if _BEFORE_SCRIPTS.search(selector) else soupsieve.compile(selector)
    except soupsieve.SelectorSyntaxError:
        return None


def _declarations(nodes: Iterable[tinycss2.ast.Node]) -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for node in nodes:
        if node.type != "declaration" or node.lower_name not in _PROPERTIES:
            continue
        value = tinycss2.serialize([part for part in node.value if part.type != "comment"])
        if node.important or not found.get(node.lower_name, ("", False))[1]:
            found[node.lower_name] = (" ".join(value.lower().split()), node.important)
    return found


def _is_padded(said: Mapping[str, str]) -> bool:
    """Whether an element without height has room all the same, as what holds a film or a picture."""
    padding = " ".join(said.get(name, "") for name in ("padding", "padding-bottom", "padding-top"))
    return "%" in padding


def _number(value: str | None) -> float | None:
    match = _NUMBER.match(value or "")
    return float(match[0]) if match else None


def _unit(value: str) -> str:
    return _NUMBER.sub("", value, count=1).strip()
