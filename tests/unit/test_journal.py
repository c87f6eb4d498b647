from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopwise import JournalError
from loopwise.journal import Header, Journal


def open_journal(path: Path, **changes: Any) -> Journal:
    header = Header(experiment="digits", pool_size=3, pool_fingerprint="f", secret="")
    return Journal(path, replace(header, **changes))


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    with_entries = open_journal(tmp_path / "j")
    entries: list[dict[str, object]] = [{"tell": {"labels": [1, None, "ä"]}}, {"sent": {"engine": "x"}}]
    for entry in entries:
        with_entries.append(entry)
    with_entries.close()
    assert open_journal(tmp_path / "j").entries == entries


def test_the_secret_stays(tmp_path: Path) -> None:
    first = open_journal(tmp_path / "j").header.secret
    assert open_journal(tmp_path / "j").header.secret == first
    assert open_journal(tmp_path / "other").header.secret != first


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    open_journal(tmp_path / "j")
    assert stat.S_IMODE((tmp_path / "j").stat().st_mode) == 0o600


@given(cut=st.integers(min_value=0))
def test_cut_off_anywhere_whole_entries_stay(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "j"
    journal = open_journal(path, secret="aa")
    header = path.stat().st_size
    ends = []
    for number in range(3):
        journal.append({"tell": number})
        ends.append(path.stat().st_size)
    journal.close()
    size = header + cut % (ends[-1] - header + 1)
    os.truncate(path, size)

    again = open_journal(path)
    whole = sum(end <= size for end in ends)
    assert again.entries == [{"tell": number} for number in range(whole)]
    again.append({"tell": "more"})
    again.close()
    assert open_journal(path).entries == [*({"tell": number} for number in range(whole)), {"tell": "more"}]


def test_a_header_cut_off_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(b"0123abcd {")
    assert open_journal(tmp_path / "j").entries == []


def test_damage_in_the_middle_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    journal.append({"tell": "one"})
    journal.append({"tell": "two"})
    journal.close()
    damaged = (tmp_path / "j").read_bytes().replace(b"one", b"0ne")
    (tmp_path / "j").write_bytes(damaged)
    with pytest.raises(JournalError, match="line 2"):
        open_journal(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == damaged


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("hello\n")
    with pytest.raises(JournalError, match="damaged at line 1"):
        open_journal(tmp_path / "j")


def test_another_pool_experiment_or_secret_is_refused(tmp_path: Path) -> None:
    open_journal(tmp_path / "j", secret="aa", classes=["a", "b"]).close()
    with pytest.raises(JournalError, match="another pool"):
        open_journal(tmp_path / "j", pool_fingerprint="g")
    with pytest.raises(JournalError, match="belongs to the experiment 'digits'"):
        open_journal(tmp_path / "j", experiment="letters")
    with pytest.raises(JournalError, match="another secret"):
        open_journal(tmp_path / "j", secret="bb")
    with pytest.raises(JournalError, match=r"the classes \['a', 'b'\], now they are \['b', 'a'\]"):
        open_journal(tmp_path / "j", classes=["b", "a"])
    assert open_journal(tmp_path / "j").header.classes == ["a", "b"]


def test_two_processes_cannot_hold_it(tmp_path: Path) -> None:
    held = open_journal(tmp_path / "j")
    code = (
        "import sys; from pathlib import Path; from loopwise.journal import Header, Journal\n"
        "Journal(Path(sys.argv[1]), Header('digits', 3, 'f', ''))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "j")]
    other = subprocess.run(command, capture_output=True, text=True, check=False)
    assert other.returncode == 1
    assert "in use by another process" in other.stderr
    held.close()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_opened_again_in_the_same_process_the_earlier_holder_is_closed(tmp_path: Path) -> None:
    earlier = open_journal(tmp_path / "j")
    later = open_journal(tmp_path / "j")
    later.append({"tell": 1})
    with pytest.raises(JournalError, match="closed"):
        earlier.append({"tell": 2})


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    code = (
        "import resource, sys; from pathlib import Path; from loopwise.journal import Header, Journal\n"
        "journal = Journal(Path(sys.argv[1]), Header('digits', 3, 'f', ''))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "size = Path(sys.argv[1]).stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))\n"
        "try:\n    journal.append({'tell': 'x' * 100})\n"
        "except OSError:\n    pass\n"
        "else:\n    sys.exit('the write should have failed')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "journal.append({'tell': 'y'})\n"
    )
    journal.close()
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "j")], check=True)
    assert open_journal(tmp_path / "j").entries == [{"tell": "y"}]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys, subprocess; from pathlib import Path; from loopwise.journal import Header, Journal\n"
        "journal = Journal(Path(sys.argv[1]), Header('digits', 3, 'f', ''))\n"
        "end, start = os.pipe()\n"
        "if os.fork() == 0:\n    os.close(start); os.read(end, 1); os._exit(0)\n"
        "journal.close()\n"
        "Journal(Path(sys.argv[1]), Header('digits', 3, 'f', ''))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "j")], check=True)


def test_a_journal_begun_in_vain_is_removed(tmp_path: Path) -> None:
    open_journal(tmp_path / "j").discard()
    assert not (tmp_path / "j").exists()
    open_journal(tmp_path / "j").close()
    open_journal(tmp_path / "j").discard()
    assert (tmp_path / "j").exists()


@pytest.mark.parametrize("content", [b'{"my":"only copy"}', b"a,b\n1,2\n3,4", b"x", b"0123abcd {another"])
def test_another_file_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(JournalError):
        open_journal(tmp_path / "j")
    assert (tmp_path / "j").read_bytes() == content
