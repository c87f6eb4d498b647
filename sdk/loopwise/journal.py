"""The journal: one append-only file beside the user's code that holds an experiment's labels and its secret.

Each line is the CRC-32 of a JSON object in eight hexadecimal digits, a space, and the object. Labels are on the disk
(fsync) before anything is sent. A line that a crash left unfinished has no line end and is cut off on opening.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary, finalize

from loopwise.errors import InvalidInputError, JournalError

try:
    import fcntl
except ImportError:  # Windows: no lock between processes
    fcntl = None  # type: ignore[assignment]

FORMAT = 1
DEFAULT_SHARE = "embeddings"
_BEGINNING = b'{"journal":'


@dataclass(frozen=True)
class Header:
    """The journal's first line: whose it is.

    Attributes:
        experiment: the experiment's name.
        pool_size: number of records.
        pool_fingerprint: of the ids, in order.
        secret: hexadecimal; seeds the projection of embeddings.
        classes: labels of the classes, in the order of the columns of probabilities; None, not known.
        share: name of the share level; None in what is wanted, as it was.
        seed: likewise.
    """

    experiment: str
    pool_size: int
    pool_fingerprint: str
    secret: str
    classes: list[Any] | None = None
    share: str | None = None
    seed: int | None = None
    format: int = FORMAT


class Journal:
    """An open journal, held by one `Experiment` of one process at a time.

    Opened again in the same process (a notebook's cell run twice), the earlier holder is closed.

    Args:
        path: where it is, or will be.
        wanted: whose it must be, or will be. Where the secret is empty, or the classes are None, an old journal's stay
            as they are; a new one draws a secret.

    Attributes:
        header: whose it is.
        entries: what stood in it when it was opened, oldest first.
        is_new: it was begun just now.

    Raises:
        JournalError: damaged, in use by another process, or of another experiment or pool.
    """

    def __init__(self, path: Path, wanted: Header) -> None:
        self.path = path.absolute()
        earlier = _open_journals.get(str(self.path))
        if earlier is not None and earlier.is_open:
            self._check_header(earlier.header, wanted)  # a refusal leaves the earlier holder alone
            earlier.close()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._file = os.open(self.path, flags, 0o600)
        self._closer = finalize(self, _release, self._file, os.getpid())  # an abandoned one must not keep its lock
        try:
            self._lock()
            lines = self._read()
            self.is_new = not lines
            if self.is_new:
                header = replace(
                    wanted,
                    secret=wanted.secret or secrets.token_hex(32),
                    share=wanted.share or DEFAULT_SHARE,
                    seed=wanted.seed or 0,
                )
                lines = [{"journal": asdict(header)}]
                self.append(lines[0])
                _sync_folder(self.path.parent)
            self.header: Header = self._check_header(self._header_of(lines.pop(0)), wanted)
            self.entries = lines
        except BaseException:
            self.close()
            raise
        _open_journals[str(self.path)] = self

    def append(self, entry: Mapping[str, Any], *, sync: bool = True) -> None:
        """Adds an entry; with `sync` it is on the disk when this returns.

        Raises:
            JournalError: the journal was closed, or opened again elsewhere in this process.
        """
        self.check_open()
        data = json.dumps(entry, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        line = b"%08x %s\n" % (zlib.crc32(data), data)
        end = os.lseek(self._file, 0, os.SEEK_END)
        try:
            while line:
                line = line[os.write(self._file, line) :]
            if sync:
                os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, end)  # a full disk must not leave half a line in the middle
            raise

    @property
    def is_open(self) -> bool:
        """Whether it can be written."""
        return self._closer.alive

    def check_open(self) -> None:
        """Raises JournalError when it was closed, or opened again elsewhere in this process."""
        if not self.is_open:
            raise JournalError(f"the journal {self.path} is closed; open the experiment again")

    def close(self) -> None:
        """Releases the file."""
        self._closer()

    def discard(self) -> None:
        """Closes it, and removes the file if it was begun just now."""
        self.close()
        if self.is_new:
            self.path.unlink(missing_ok=True)

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(
                f"the journal {self.path} is in use by another process; an experiment runs in one process at a time"
            ) from None

    def _read(self) -> list[dict[str, Any]]:
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        torn_header = set(data[:8]) <= set(b"0123456789abcdef") and _BEGINNING.startswith(data[9 : 9 + len(_BEGINNING)])
        if whole == 0 and not torn_header:
            raise JournalError(f"{self.path} is not a journal; give another path")
        lines: list[dict[str, Any]] = []
        for number, line in enumerate(data[:whole].splitlines(), start=1):
            checksum, _, body = line.partition(b" ")
            if checksum != b"%08x" % zlib.crc32(body):
                raise JournalError(
                    f"the journal {self.path} is damaged at line {number}; restore it from a copy "
                    "(later lines may be sound: nothing was changed)"
                )
            lines.append(json.loads(body))
        if lines:
            self._header_of(lines[0])
        if whole < len(data):  # a line that a crash left unfinished; only now is it sure that the file is ours
            os.ftruncate(self._file, whole)
        return lines

    def _header_of(self, line: dict[str, Any]) -> Header:
        fields = line.get("journal")
        if fields is None or fields.get("format") != FORMAT:
            raise JournalError(f"{self.path} is not a journal of this version of loopwise (format {FORMAT})")
        return Header(**fields)

    def _check_header(self, header: Header, wanted: Header) -> Header:
        if header.experiment != wanted.experiment:
            raise JournalError(f"the journal {self.path} belongs to the experiment {header.experiment!r}")
        if header.pool_fingerprint != wanted.pool_fingerprint:
            raise JournalError(
                f"the journal {self.path} was begun with another pool: {header.pool_size} records, now "
                f"{wanted.pool_size}; the ids and their order must stay the same, or take another name"
            )
        if wanted.secret and header.secret != wanted.secret:
            raise JournalError(f"the journal {self.path} was begun with another secret")
        if wanted.classes is not None and header.classes != wanted.classes:
            raise JournalError(
                f"the journal {self.path} was begun with the classes {_brief(header.classes)}, now they are "
                f"{_brief(wanted.classes)}; keep them, or take another name"
            )
        for name in ("share", "seed"):
            before, now = getattr(header, name), getattr(wanted, name)
            if now is not None and before != now:
                raise InvalidInputError(
                    f"the experiment {header.experiment!r} was created with {name}={before!r}, now {now!r} is given; "
                    "keep it, or take another name"
                )
        return header


_open_journals: WeakValueDictionary[str, Journal] = WeakValueDictionary()


def _release(file: int, opened_by: int) -> None:
    """Closes the file; a forked child leaves the lock to its parent, and the parent does not leave it to the child."""
    if fcntl is not None and os.getpid() == opened_by:
        fcntl.flock(file, fcntl.LOCK_UN)
    os.close(file)


def _brief(classes: list[Any] | None) -> str:
    text = str(classes)
    return text if len(text) <= 80 else f"{text[:80]} ..."


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
