"""What holds for the project as a whole: its surface, its version, its doors, its sizes."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

import loopwise

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHIPPED = ("sdk", "engine", "training_meta")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md"))]


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_point_at_what_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text)
    doors = re.findall(r"\bmake ([a-z-]+)`", text) + re.findall(r"^make ([a-z-]+)", text, flags=re.MULTILINE)
    known = re.findall(r"^\.PHONY: ([a-z-]+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not [door for door in doors if door not in known]


def test_readme_names_the_doors() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make demo" in readme
    assert "make test" in readme
