"""The bundled editor: nothing in it reaches out, and its licences travel with it."""

import hashlib
import json
import re
from pathlib import Path

import newsletter.web.desk

STATIC = Path(newsletter.web.desk.__file__).parent / "static"
SOURCES = Path(__file__).parents[3] / "scripts" / "editor"
NAMESPACES = {"http://www.w3.org/2000/svg"}
NAMED = {"https://prosemirror.net/docs/guide/#generatable"}  # in a message to programmers
REACHING = (
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "EventSource",
    "importScripts",
    "sendBeacon",
    "eval",
    "new Function",
)


def test_the_bundle_loads_nothing() -> None:
    """No address but a namespace's stands in it, and no call that could ask for one."""
    bundle = (STATIC / "editor.js").read_text("utf-8")

    assert len(bundle) > 100_000
    addresses = re.findall(r"""(?:https?|wss?)://(?!\$\{)[^"'`\s)]+""", bundle)  # what somebody types stands in ${}
    assert set(addresses) == NAMESPACES | NAMED
    assert [word for word in REACHING if re.search(rf"\b{word}\s*\(", bundle)] == []
    assert not re.search(r"\bimport\s*\(|\bimport\b[^;]{0,200}\bfrom\b|@import|url\((?![\"'`]?data:)", bundle)


def test_the_desks_own_scripts_ask_the_desk_only() -> None:
    """Every script and style of the writing page stays on this machine."""
    for path in (STATIC / "writing").iterdir():
        text = path.read_text("utf-8")
        found = set(re.findall(r"(?:https?|wss?)://[\w.-]+", text)) - {"https://www.w3.org"}  # named in a comment
        assert found == set(), path.name


def test_each_package_brings_its_licence() -> None:
    """Whatever is bundled is named with the words of its licence."""
    licences = (STATIC / "editor.licence.txt").read_text("utf-8")
    wanted = json.loads((SOURCES / "package.json").read_text("utf-8"))["devDependencies"]

    for name, version in wanted.items():
        if name != "esbuild":  # which makes the bundle, and is not in it
            assert f"{name} {version}\n" in licences
    assert licences.count("Permission is hereby granted, free of charge") == licences.count("-" * 72) + 1


def test_the_lock_names_no_registry() -> None:
    """Versions and checksums say what is meant; where it comes from is the builder's choice."""
    lock = (SOURCES / "package-lock.json").read_text("utf-8")

    assert '"integrity"' in lock
    assert "://" not in lock


def test_the_bundle_is_made_from_its_sources() -> None:
    """Whoever changes a source makes the bundle anew: npm ci && npm run build, in scripts/editor."""
    paths = [*SOURCES.glob("*.js"), *SOURCES.glob("rich/*.js"), SOURCES / "package-lock.json"]
    names = sorted(path.relative_to(SOURCES).as_posix() for path in paths)
    sources = "".join((SOURCES / name).read_text("utf-8") for name in names)

    bundle = (STATIC / "editor.js").read_text("utf-8")
    assert f"from {hashlib.sha256(sources.encode()).hexdigest()[:16]};" in bundle[:200]
    assert len(bundle.encode()) < 700 * 1024  # both editors together
