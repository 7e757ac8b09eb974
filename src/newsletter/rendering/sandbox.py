"""Where a theme's templates run: they see only what they are given, and make no more than a mail can hold.

A theme may come from anywhere. What it makes is counted while it is made, so that a
mistake in a loop, or a theme that means harm, takes neither the computer's memory nor a day.
"""

import functools
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LONGEST = 4_000_000
"""Characters of one text, or items of one list."""
_MOST = 20_000_000
"""Characters put out for one mail; blocks count once by themselves, and again in the mail."""
_SECONDS = 5.0
"""Of computing; a mail takes a small part of one."""
_BETWEEN_LOOKS = 1_000
"""Characters, or parts that put out none, between two looks at the clock."""
_LARGEST_NUMBER = 100_000
_MOST_BITS = 10_000
_WIDE = re.compile(r"\d{5,}")
_GROWING = ("batch", "center", "format", "indent", "join", "replace", "round", "slice", "tojson", "wordwrap")
_GROWING_METHODS = {"center", "expandtabs", "format", "format_map", "join", "ljust", "replace", "rjust", "zfill"}


class _Budget:
    """How much may still be made for one mail."""

    def __init__(self) -> None:
        self.left = self.asked = _MOST
        self.end = time.thread_time() + _SECONDS

    def take(self, characters: int) -> None:
        """Count what is put out.

        Raises:
            SecurityError: it is too much, or has taken too long.
        """
        self.left -= characters + 1
        if self.left < 0:
            raise _too_much()
        if self.asked - self.left < _BETWEEN_LOOKS:  # to ask for the time takes longer than most parts of a template
            return
        self.asked = self.left
        if time.thread_time() > self.end:
            raise SecurityError("this theme takes longer than any mail; a loop in it may not end")


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Let all that is rendered inside count as one mail."""
    if _budget.get() is not None:
        yield
        return
    before = _budget.set(_Budget())
    try:
        yield
    finally:
        _budget.reset(before)


def _too_much() -> SecurityError:
    return SecurityError("this theme makes more than any mail holds")


class _Counting(CodeGenerator):
    """Lets each part of a template count as often as it runs."""

    def blockvisit(self, nodes_: Iterable[nodes.Node], frame: Frame) -> None:
        """Count the part's own text, then run it."""
        body = list(nodes_)
        parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
        own = sum(len(part.data) for part in parts if isinstance(part, nodes.TemplateData))
        self.writeline(f"environment.count({own})")
        super().blockvisit(body, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - the package's name
        """Refuse joined texts that are too long."""
        self.write("environment.refuse_long(")
        super().visit_Concat(node, frame)
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates that reach nothing of the program or this computer, change no value, and end."""

    code_generator_class = _Counting
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_counted, **options)
        del self.globals["lipsum"]  # makes as much filling as it is told to
        self.filters |= {name: _guarded(self.filters[name]) for name in _GROWING}

    @staticmethod
    def count(characters: int) -> None:
        """Count what is put out for the mail at hand."""
        if (budget := _budget.get()) is not None:
            budget.take(characters)

    @staticmethod
    def refuse_long(text: str) -> str:
        """Return a text that is not too long."""
        if len(text) > _LONGEST:
            raise _too_much()
        return text

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate, unless the result were larger than anything in a mail."""
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * (abs(right) if operator == "**" else 1)
            if max(bits, right.bit_length()) > _MOST_BITS:
                raise _too_much()
        elif operator == "*":
            _refuse_growth((left, right))
        elif operator == "+" and isinstance(left, Sized) and isinstance(right, Sized):
            _refuse(len(left) + len(right))
        elif operator == "%" and isinstance(left, str):
            _refuse_growth((left, *(right if isinstance(right, tuple) else (right,))), wide=left)
        return super().call_binop(context, operator, left, right)

    def call(self, context: jinja2.runtime.Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what a template may call; a text's own methods only for what is not too long."""
        of = getattr(obj, "__self__", None)
        if isinstance(of, str) and getattr(obj, "__name__", "") in _GROWING_METHODS:
            _refuse_growth((of, *args, *kwargs.values()), wide=of)
        return super().call(context, obj, *args, **kwargs)


def _counted(value: Any) -> Any:
    """Count a value that is put out."""
    Sandbox.count(len(value) if isinstance(value, str) else 0)
    return value


def _guarded(made: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses to make what is too long."""

    @functools.wraps(made)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        values = (*args, *kwargs.values())
        _refuse_growth(values, wide=next((each for each in values if isinstance(each, str)), ""))
        return made(*args, **kwargs)

    return guarded


def _refuse_growth(values: Iterable[Any], wide: str = "") -> None:
    """Refuse what could make a text as long as its longest value times the next, or times a number.

    Args:
        values: what goes in.
        wide: a text whose numbers may be widths.
    """
    known = list(values)
    numbers = [abs(each) for each in known if isinstance(each, int)]
    sizes = sorted((_size(each) for each in known if isinstance(each, (str, list, tuple))), reverse=True)
    if max(numbers, default=0) > _LARGEST_NUMBER and not sizes:
        return
    factor = max([1, *numbers, *sizes[1:]])
    _refuse(max(sizes[0] if sizes else 0, 1) * factor)
    if "%" in wide or "{" in wide:
        _refuse(max((int(each[:12]) * 10 for each in _WIDE.findall(wide)), default=0))


def _size(value: Any) -> int:
    """Return how long a text is, or a list with the texts in it."""
    if isinstance(value, str):
        return len(value)
    return sum(1 + (len(each) if isinstance(each, str) else 0) for each in value)


def _refuse(size: int) -> None:
    if size > _LONGEST:
        raise _too_much()
