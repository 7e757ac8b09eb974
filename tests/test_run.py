"""The file that newcomers run first: its demo deletes nothing, and its tests are those that were asked for."""

import importlib.util
from pathlib import Path
from types import ModuleType

import click
import pytest

HERE = Path(__file__).parent.parent / "run.py"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py as it would lie in an empty folder; its commands only make the folder that they are told to."""
    spec = importlib.util.spec_from_file_location("run", HERE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def pretend(*command: str, **_how: bool) -> None:
        click.echo(" ".join(command))
        if command[0] == "init":
            (tmp_path / command[1]).mkdir()

    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BIN", tmp_path / "bin")
    monkeypatch.setattr(module, "setup", lambda: None)
    monkeypatch.setattr(module, "newsletter", pretend)
    return module


def test_another_demo_deletes_nothing(run: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What somebody made in the first one stays, and each further one says where it is."""
    run.demo()
    (tmp_path / "demo" / "issue.md").write_text("an afternoon of work", "utf-8")
    assert "stays as it is" not in capsys.readouterr().out

    for number in (2, 3):
        run.demo()
        said = capsys.readouterr().out
        assert f"stays as it is. This demo goes into demo-{number}." in said
        assert f"-C demo-{number} send" in said
        assert f"demo-{number}/samples/people.csv" in said
        assert f"-C demo-{number} preview" in said
    assert (tmp_path / "demo" / "issue.md").read_text("utf-8") == "an afternoon of work"


@pytest.mark.parametrize("kind", ["file", "link", "link to nothing"])
def test_whatever_has_the_name_stays(run: ModuleType, tmp_path: Path, kind: str) -> None:
    """A file or a link called demo is no folder of ours to write into."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "file":
        (tmp_path / "demo").write_text("mine", "utf-8")
    else:
        (tmp_path / "demo").symlink_to(elsewhere if kind == "link" else tmp_path / "nothing")

    run.demo()
    assert (tmp_path / "demo-2").is_dir()
    assert list(elsewhere.iterdir()) == []


def test_which_tests_run(run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Named files run alone; --fast leaves the kinds out that it says; --long has all, and lists first what it adds."""
    ran: list[list[str]] = []
    monkeypatch.setattr(run, "run", lambda *words, **_: ran.append([str(word) for word in words]))
    monkeypatch.setattr(run, "setup", lambda **_: None)
    monkeypatch.setattr(run, "check", lambda: ran.append(["check"]))
    monkeypatch.setattr(run.shutil, "which", lambda _: None)

    def asked(*words: str) -> list[list[str]]:
        ran.clear()
        run.test(*words)
        return [line[3:] if "pytest" in line else line for line in ran]

    monkeypatch.setattr(run.os, "cpu_count", lambda: 4)
    whole = ["-n", "8", "--dist", "worksteal"]
    assert asked("tests/cli", "-k", "send") == [["tests/cli", "-k", "send"]]
    assert asked() == [["check"], whole]
    assert asked("--fast") == [["check"], [*whole, "-m", "not slow and not outside and not heavy"]]
    assert capsys.readouterr().out == ""
    long = [*whole, "-m", "", "--hypothesis-profile", "long"]
    assert asked("--long") == [["check"], ["--collect-only", "--quiet", "-m", "slow"], long]
    assert "adds" in capsys.readouterr().out
