"""The files with which the public pages and workers are run: what they call exists, and they agree on the port."""

import configparser
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any
from urllib.request import Request

import click
import pytest
import yaml

from newsletter.cli.main import cli
from newsletter.cli.serve import serve
from newsletter.web.public.webhook import LARGEST

ROOT = Path(__file__).parents[1]
PORT = str(next(option.default for option in serve.params if option.name == "port"))


def read(name: str) -> str:
    return (ROOT / "deploy" / name).read_text("utf-8")


def unit(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(read(name))
    return parser["Service"]


def services() -> dict[str, dict[str, Any]]:
    """Return the services of the compose file that are ours."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(read("compose.yaml"))["services"]
    return {name: service for name, service in found.items() if name != "database"}


def instruction(name: str) -> str:
    """Return what follows an instruction of the Containerfile."""
    found = re.search(rf"^{name} (.*)", read("Containerfile").replace("\\\n", ""), re.MULTILINE)
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (shlex.split(unit("newsletter.service")["ExecStart"]), "serve"),
        (shlex.split(unit("newsletter-worker.service")["ExecStart"]), "worker"),
        (json.loads(instruction("CMD")), "serve"),
        (shlex.split(services()["pages"]["command"]), "serve"),
        (shlex.split(services()["worker"]["command"]), "worker"),
    ],
)
def test_commands_are_ours(command: list[str], name: str) -> None:
    """Each calls a command that there is, with options that it has and takes."""
    program, called, *options = command
    assert (Path(program).name, called) == ("newsletter", name)
    with click.Context(cli) as ctx:
        _, found, rest = cli.resolve_command(ctx, [name, *options])  # refuses what it takes for empty
        assert found is not None
        found.make_context(name, rest, parent=ctx)


def test_the_services_are_built_beside_them() -> None:
    """Both are the same image, of the Containerfile; there are two workers."""
    for service in services().values():
        assert (ROOT / "deploy" / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert services()["worker"]["scale"] == 2


def test_they_agree() -> None:
    """The port is the same everywhere, the largest post gets through, and a stop has the time that it may take."""
    caddy = read("Caddyfile")
    assert f"reverse_proxy 127.0.0.1:{PORT}" in caddy
    assert instruction("EXPOSE") == PORT
    address = re.findall(r"http://[^']+", instruction("HEALTHCHECK CMD"))[0]
    assert Request(address).selector == "/healthz"
    assert f":{PORT}/" in address
    [megabytes] = re.findall(r"max_size (\d+)MB", caddy)
    assert int(megabytes) * 1_000_000 > LARGEST
    assert int(unit("newsletter.service")["TimeoutStopSec"]) > 20


def test_the_container_has_all_that_is_installed() -> None:
    """Whatever the package is made of is copied before it is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {path.split("/")[0] for path in (*wheel["packages"], *wheel["force-include"])} | {"pyproject.toml"}
    copied = {
        word for line in re.findall(r"^COPY (.*) /\S+$", read("Containerfile"), re.MULTILINE) for word in line.split()
    }
    assert needed | {project["project"]["readme"]} <= copied
    assert all((ROOT / path).exists() for path in copied)
