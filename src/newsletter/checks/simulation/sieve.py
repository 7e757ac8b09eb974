"""What a program lets through: declarations, selectors and rules of CSS, elements and attributes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2
from tinycss2.color3 import parse_color

from newsletter.checks import caniemail
from newsletter.checks.simulation.colours import turned
from newsletter.checks.simulation.programs import TURNING, Darkness, Program

_PSEUDO = re.compile(r"::?[a-z-]+")
_FEATURE_QUERY = re.compile(r"\(\s*([a-z-]+)")
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none")
_OWN_DARK = re.compile(r"prefers-color-scheme|data-ogs[bc]", re.IGNORECASE)
_SCHEME_QUERY = "@media (prefers-color-scheme)"


class Sieve:
    """Knows what one program drops, and remembers what it has dropped.

    Attributes:
        dropped: the features that were taken away, by their names; a style that is missed
            on some elements only comes with one of them.
    """

    def __init__(self, program: Program | None, darkness: Darkness = Darkness.NONE) -> None:
        self.dropped: dict[str, None] = {}
        self._word = bool(program and program.word)
        self._unknown = _unknown_to(program)
        self._limits = caniemail.limits_of(program.known_as) if program else {}
        self._darkness = darkness
        self._styles: dict[tuple[str, str], str] = {}

    def drops(self, feature: str) -> bool:
        """Whether the program does not show a feature; if so, that is remembered."""
        if feature in self._unknown:
            self.dropped[feature] = None
            return True
        return False

    def style(self, text: str, tag: str) -> str:
        """Return what is left of the ``style`` attribute of an element."""
        known = self._styles.get((text, tag))
        if known is None:
            declarations = tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True)
            before = self.dropped.copy()
            known = self._styles[text, tag] = self._declarations(declarations, tag, turn=True)
            if _HIDDEN.search(text):  # nobody misses a style of what nobody sees
                self.dropped = before
        return known

    def sheet(self, text: str) -> str:
        """Return what is left of a style sheet."""
        return self._rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), turn=True)

    def colour(self, name: str, value: str) -> str:
        """Return the value of a property with the colours that the program gives it."""
        return turned(name, value, self._darkness) if self._darkness in TURNING else value

    def _rules(self, rules: Iterable[Any], *, turn: bool) -> str:
        return "\n".join(filter(None, (self._rule(rule, turn=turn) for rule in rules)))

    def _rule(self, rule: Any, *, turn: bool) -> str:
        if rule.type == "at-rule":
            return self._at_rule(rule, turn=turn)
        if rule.type != "qualified-rule":
            return ""
        selectors = ", ".join(self._selectors(tinycss2.serialize(rule.prelude)))
        if not selectors:
            return ""
        declarations = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        return (
            f"{selectors} {{ {self._declarations(declarations, '', turn=turn and not _OWN_DARK.search(selectors))} }}"
        )

    def _at_rule(self, rule: Any, *, turn: bool) -> str:
        prelude = tinycss2.serialize(rule.prelude)
        name = f"@{rule.lower_at_keyword}"
        queries = [f"@media ({query})" for query in _FEATURE_QUERY.findall(prelude)] if name == "@media" else []
        if any(self.drops(feature) for feature in (name, *queries)):
            return ""
        if name != "@media" or rule.content is None:
            return str(rule.serialize())
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        return f"@media{prelude}{{ {self._rules(inner, turn=turn and not _OWN_DARK.search(prelude))} }}"

    def _selectors(self, text: str) -> Iterator[str]:
        for selector in text.split(","):
            if not any(self.drops(feature) for feature in _features_of(selector)):
                yield selector.strip()

    def _declarations(self, declarations: Iterable[Any], tag: str, *, turn: bool) -> str:
        kept = []
        for declaration in declarations:
            if declaration.type != "declaration":
                continue
            name = declaration.lower_name
            value = self._value(name, tinycss2.serialize(declaration.value).strip(), tag)
            if value:
                shown = self.colour(name, value) if turn else value
                kept.append(f"{name}:{shown}{' !important' if declaration.important else ''}")
        return ";".join(kept)

    def _value(self, name: str, value: str, tag: str) -> str:
        """Return what is left of a value: all of it, or nothing."""
        feature = "border-radius" if name.endswith("-radius") else name
        functions = [f"{function})" for function in re.findall(r"[a-z-]+\(", value)]
        words = [f"{name}:{value.split(maxsplit=1)[0]}"] if value else []
        if any(self.drops(each) for each in (feature, *words, *functions)) or self._is_limited(name, tag):
            return ""
        return self._as_word_takes_it(name, value) if self._word else value

    def _is_limited(self, name: str, tag: str) -> bool:
        for feature, limit in self._limits.items():
            if tag and (name == feature or name.startswith(f"{feature}-")):
                shown = tag in limit["only"] if "only" in limit else tag not in limit["not"]
                if not shown:
                    self.dropped[f"{feature} on <{tag}>"] = None
                    return True
        return False

    def _as_word_takes_it(self, name: str, value: str) -> str:
        """The rest of what the data's notes say of Word: no ``display`` but none, no background but a colour."""
        if name == "display" and value != "none":
            if value not in {"block", "inline"}:  # as the element is anyway
                self.dropped[f"display:{value}"] = None
            return ""
        if name == "background":
            return next((part for part in value.split() if parse_color(part) is not None), "")
        return value


def _unknown_to(program: Program | None) -> frozenset[str]:
    if program is None:  # any that turns colours by itself, and so knows no dark styles
        return frozenset({_SCHEME_QUERY})
    unknown = caniemail.dropped_by(program.known_as)
    return unknown | caniemail.dropped_for_other_accounts() if program.other_account else unknown


def _features_of(selector: str) -> Iterator[str]:
    yield from _PSEUDO.findall(selector)
    bare = re.sub(r"\[[^\]]*\]|\([^)]*\)", lambda found: found[0][0], selector)
    yield from (f"selector {sign}" for sign in "[>+~*" if sign in bare)
