"""What holds for the project as a whole: its surface, its version, its doors, its sizes."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from packaging.requirements import Requirement

import loopwise

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED = ("sdk", "engine", "training_meta")


def written(*folders: str) -> Iterator[Path]:
    """Python files that people write: all but the generated ones."""
    generated = ROOT / "sdk" / "loopwise" / "v1"
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if generated not in path.parents)


def test_all_is_the_public_surface() -> None:
    surface = {
        name
        for name, value in vars(loopwise).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name != "annotations"
    }

    assert set(loopwise.__all__) - {"__version__"} == surface
    assert len(loopwise.__all__) == len(set(loopwise.__all__))


def test_every_public_name_says_what_it_is() -> None:
    silent = [
        name
        for name in loopwise.__all__
        if (callable(value := getattr(loopwise, name))) and not (value.__doc__ or "").strip()
    ]

    assert not silent


def test_version_has_one_place() -> None:
    assert loopwise.__version__ == PROJECT["version"] == importlib.metadata.version("loopwise")

    literal = f'"{PROJECT["version"]}"'
    assert not [path for path in written(*SHIPPED) if literal in path.read_text(encoding="utf-8")]


def test_every_dependency_is_pinned() -> None:
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            pins.setdefault(pin.name, []).append(next(iter(pin.specifier)).version)

    wanted = [Requirement(line) for line in PROJECT["dependencies"]]
    wanted += [Requirement(line) for extra in PROJECT["optional-dependencies"].values() for line in extra]
    outside = [
        str(requirement)
        for requirement in wanted
        if requirement.name != PROJECT["name"]
        and not (pins.get(requirement.name) and all(requirement.specifier.contains(v) for v in pins[requirement.name]))
    ]

    assert not outside, "make constraints pins them"


def test_no_file_is_longer_than_600_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in written(*SHIPPED, "tests", "benchmarks", "examples", "tools")
    }

    assert lengths
    assert {path: length for path, length in lengths.items() if length > 600} == {}


def test_doors_that_documents_name_are_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    doors = set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, flags=re.MULTILINE))
    named = {
        door for page in pages for door in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    }

    assert named >= {"demo", "test"}
    assert named <= doors
