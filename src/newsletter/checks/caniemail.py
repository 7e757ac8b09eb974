"""What well-known mail programs show, by the tests of https://www.caniemail.com.

The data are a part of that project's, made by ``scripts/renew_caniemail.py``.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, TypedDict


class Feature(TypedDict):
    """A piece of CSS or HTML, and the programs that do not show it at all."""

    url: str
    unsupported: list[str]


def features() -> Mapping[str, Feature]:
    """Return each feature by its name: ``border-radius``, ``@media``, ``:hover``, ``<form>``, ``[hidden]``."""
    found: Mapping[str, Feature] = _data()["features"]
    return found


def dropped_by(program: str) -> frozenset[str]:
    """Return the names of the features that a program does not show."""
    return frozenset(name for name, feature in features().items() if program in feature["unsupported"])


def limits_of(program: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Return the styles that a program shows on some elements: ``only`` on these, or ``not`` on these."""
    return {name: limits[program] for name, limits in _data()["limits"].items() if program in limits}


def dropped_for_other_accounts() -> frozenset[str]:
    """Return what Gmail's app does not show where the account is not Google's."""
    return frozenset(_data()["other_account"])


def tested() -> str:
    """Return the day on which the data were last changed, as ``2025-09-09``."""
    return str(_data()["updated"])


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("newsletter.checks").joinpath("data/caniemail.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found
