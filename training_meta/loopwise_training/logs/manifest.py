"""The manifest: which files an export consists of, and whether it is whole.

While an export is written, each finished file is a line in `manifest.partial.jsonl`; at the end all of them become
`manifest.json`. So a folder with a `manifest.json` is a whole export, and one without it can be gone on with.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import loopwise
from loopwise_training.logs.layout import FILE, FORMAT, VERSION, LogsError

NAME = "manifest.json"
PARTIAL = "manifest.partial.jsonl"
_TEMPORARY = ".tmp"
_HEADER = {"format": FORMAT, "version": VERSION}


@dataclass(frozen=True)
class Entry:
    """A finished file.

    Attributes:
        path: in the folder, with slashes.
        rows: of its table.
        bytes: its length.
        sha256: of its bytes, in hexadecimal.
        source: names what was exported; a file of another source is written anew.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    source: str


class Manifest:
    """The manifest of an export that is being written.

    Args:
        folder: of the export; is made if need be.

    Attributes:
        entries: the finished files, by path.

    Raises:
        LogsError: the folder holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.entries: dict[str, Entry] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / NAME).exists():
            self.entries = read(folder)
        elif (folder / PARTIAL).exists():
            self.entries = _read_partial(folder / PARTIAL)
        elif any(not path.name.startswith(".") for path in folder.iterdir()):
            raise LogsError(f"the folder {folder} is not empty, and holds no export; give another")
        for name in (FILE, NAME, PARTIAL):
            for left_over in folder.rglob(f".{name}.*{_TEMPORARY}"):  # of an export that was killed
                left_over.unlink()
        lines = [_HEADER, *(asdict(entry) for entry in self.entries.values())]
        write_whole(folder / PARTIAL, "".join(json.dumps(line) + "\n" for line in lines).encode())
        (folder / NAME).unlink(missing_ok=True)
        self._partial = (folder / PARTIAL).open("a", encoding="utf-8")

    def has(self, path: str, source: str) -> bool:
        """Whether there is a finished file of this source."""
        entry = self.entries.get(path)
        if entry is None or entry.source != source:
            return False
        file = self._folder / path
        return file.is_file() and file.stat().st_size == entry.bytes

    def add(self, entry: Entry) -> None:
        """Notes a file that has just been finished."""
        self.entries[entry.path] = entry
        self._note(asdict(entry))

    def remove(self, path: str) -> None:
        """Removes a file of an earlier export."""
        self._note({"path": path, "removed": True})
        del self.entries[path]
        (self._folder / path).unlink(missing_ok=True)

    def finish(self) -> None:
        """Makes the export whole; all of it is on the disk then."""
        folders = {parent for path in self.entries for parent in (self._folder / path).parents}
        for folder in sorted(path for path in folders if path == self._folder or self._folder in path.parents):
            _sync(folder)
        files = [asdict(self.entries[path]) for path in sorted(self.entries)]
        tables: dict[str, int] = {}
        for file in files:
            table = file["path"].partition("/experiment=")[0]
            tables[table] = tables.get(table, 0) + file["rows"]
        whole = {**_HEADER, "loopwise": loopwise.__version__, "rows": tables, "files": files}
        write_whole(self._folder / NAME, (json.dumps(whole, indent=1) + "\n").encode())
        self.close()
        (self._folder / PARTIAL).unlink()
        _sync(self._folder)

    def close(self) -> None:
        """Lets go of the file."""
        self._partial.close()

    def _note(self, line: Mapping[str, Any]) -> None:
        self._partial.write(json.dumps(line) + "\n")
        self._partial.flush()


def read(folder: Path) -> dict[str, Entry]:
    """The files of a whole export, by path.

    Raises:
        LogsError: there is none, or another version's.
    """
    if not (folder / NAME).is_file():
        again = "; run the export again, it goes on where it stopped" if (folder / PARTIAL).exists() else ""
        raise LogsError(f"the folder {folder} holds no whole export: {NAME} is missing{again}")
    try:
        whole = json.loads((folder / NAME).read_bytes())
        _check_header(whole, folder)
        return {file["path"]: Entry(**file) for file in whole["files"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogsError(f"the {NAME} in {folder} is damaged: {error}") from error


def _read_partial(path: Path) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines()):
        try:
            line = json.loads(text)
        except ValueError:
            break  # torn when the export was killed
        if number == 0:
            _check_header(line, path.parent)
        elif line.get("removed"):
            entries.pop(line["path"], None)
        else:
            entries[line["path"]] = Entry(**line)
    return entries


def _check_header(header: Mapping[str, Any], folder: Path) -> None:
    if header.get("format") != FORMAT or header.get("version") != VERSION:
        raise LogsError(
            f"the folder {folder} holds {header.get('format')!r}, version {header.get('version')!r}; "
            f"this loopwise knows {FORMAT!r}, version {VERSION}"
        )


def temporary(path: Path) -> Path:
    """Where a file lies until it is finished."""
    return path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file that is there whole, or not at all."""
    with temporary(path).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary(path).replace(path)


def _sync(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
