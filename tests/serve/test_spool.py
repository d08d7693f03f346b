"""What is said while the store is away lies on the disk, whole and in order, whatever happens to the process."""

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PosixPath
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.serve.spool import Spool
from channels.serve.spool_file import LARGEST, as_json, read
from intake.domain.arrival import Arrival
from intake.domain.errors import StoreUnavailable
from tests.serve.spooled import said


def lying(spool: Spool) -> list[Arrival]:
    return [kept.arrival for kept in spool.oldest(100)]


def test_an_arrival_comes_back_as_it_was_after_a_restart_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "data" / "spool")
    for what in ("begin", "what"):
        spool.keep(said(what))
    spool.close()
    after = Spool(tmp_path / "data" / "spool")
    assert after.depth == 2
    after.keep(said("end"))
    assert lying(after) == [said("begin"), said("what"), said("end")]


def test_numbers_go_up_though_what_came_first_was_booked(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for what in ("one", "two"):
        spool.keep(said(what))
    spool.done(spool.oldest(1)[0].path)
    spool.close()
    after = Spool(tmp_path)
    after.keep(said("three"))
    assert lying(after) == [said("two"), said("three")]


def test_nobody_else_may_read_what_people_said(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.keep(said("hush"))
    (kept,) = spool.oldest(9)
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700


JUNK = {
    "000000000001.json": b"",
    "000000000002.json": b'{"channel": "phone", "rec',
    "000000000003.json": b"\x00\xff" * 50,
    "000000000004.json": b"[" * 200_000,
    "000000000005.json": b'{"channel": "fax", "received_at": "2026-11-23T09:00:00+00:00", "envelope": {}, "raw": ""}',
    "000000000006.json": b'{"channel": "sms", "received_at": "2026-11-23T09:00:00", "envelope": {}, "raw": ""}',
    "000000000007.json": b'{"channel": "sms", "received_at": "2026-11-23T09:00:00+00:00", "envelope": {"a": 1}, "raw": ""}',
    "000000000008.json": b'{"channel": "sms", "received_at": "2026-11-23T09:00:00+00:00", "envelope": {}, "raw": "#"}',
    "000000000009.json": b" " * (LARGEST + 1),
    "000000000010.part": as_json(said("cut off by a crash"))[:40],
    "letter.txt": b"Dear desk",
}


def test_junk_is_moved_aside_and_what_is_good_goes_on(tmp_path: Path) -> None:
    for name, content in JUNK.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "000000000011.json").write_bytes(as_json(said("good")))
    (tmp_path / "000000000012.json").mkdir()
    (tmp_path / "000000000013.json").symlink_to(tmp_path / "nothing")
    (tmp_path / "unreadable").mkdir()
    (tmp_path / "unreadable" / "letter.txt").write_bytes(b"an earlier one")
    spool = Spool(tmp_path)
    assert lying(spool) == [said("good")]
    assert spool.depth == 1
    aside = {path.name: path.read_bytes() for path in (tmp_path / "unreadable").iterdir() if path.is_file()}
    assert aside == {
        **{name: content for name, content in JUNK.items() if name != "letter.txt"},
        "letter.txt": b"an earlier one",
        "letter.txt.2": b"Dear desk",
    }
    spool.keep(said("next"))
    assert lying(spool) == [said("good"), said("next")]


@settings(max_examples=50)
@given(st.binary() | st.text().map(str.encode) | st.binary().map(lambda raw: b'{"raw": "' + raw + b'"}'))
def test_any_bytes_are_an_arrival_or_are_said_to_be_none(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(content)
    with pytest.raises((ValueError, RecursionError)):
        read(path)


@pytest.mark.parametrize(("files", "size"), [(2, 10_000), (9, 2 * len(as_json(said("one"))) + 9)])
def test_a_full_spool_says_try_again_until_something_is_booked(tmp_path: Path, files: int, size: int) -> None:
    spool = Spool(tmp_path, most_files=files, most_bytes=size)
    for what in ("one", "two"):
        spool.keep(said(what))
    with pytest.raises(StoreUnavailable, match="full: 2 inputs"):
        spool.keep(said("six"))
    spool.done(spool.oldest(1)[0].path)
    spool.keep(said("ten"))
    assert lying(spool) == [said("two"), said("ten")]


def test_what_is_too_large_for_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        Spool(tmp_path).keep(said("x" * LARGEST))


def test_a_disk_that_fails_says_try_again_and_takes_up_no_room(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", most_files=1)
    (tmp_path / "spool").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        spool.keep(said("one"))
    (tmp_path / "elsewhere").rename(tmp_path / "spool")
    spool.keep(said("two"))
    assert lying(spool) == [said("two")]


def test_where_no_folder_can_be_the_spool_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="Nothing can be kept"):
        Spool(tmp_path / "file")


class FailingDisk(PosixPath):
    def iterdir(self) -> Generator[Self]:
        raise OSError(errno.EIO, "the disk does not read")


def test_a_folder_on_a_failing_disk_keeps_nothing_open(tmp_path: Path) -> None:
    """It is looked at every second."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(StoreUnavailable, match="does not read"):
            Spool(FailingDisk(tmp_path))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert Spool(tmp_path).depth == 0, "and nobody holds it"


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    every = [said(f"{number:03d}") for number in range(60)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(spool.keep, every))
    spool.close()
    after = Spool(tmp_path)
    assert sorted(arrival.raw for arrival in lying(after)) == [arrival.raw for arrival in every]


def test_two_processes_write_into_folders_of_their_own(tmp_path: Path) -> None:
    one, two, three = (Spool(tmp_path) for _ in range(3))
    for spool, what in ((one, "one"), (two, "two"), (three, "three")):
        spool.keep(said(what))
        assert lying(spool) == [said(what)]
    assert [list(spool.abandoned()) for spool in (one, two, three)] == [[], [], []]


def test_what_a_process_that_is_gone_left_behind_is_found_by_another(tmp_path: Path) -> None:
    first, second, third = (Spool(tmp_path) for _ in range(3))
    for spool, what in ((first, "first"), (second, "second")):
        spool.keep(said(what))
        spool.close()
    found = []
    for left in third.abandoned():
        found += lying(left)
        (kept,) = left.oldest(9)
        with pytest.raises(StoreUnavailable, match="another process has it"):
            Spool(kept.path.parent, alone=True)
        left.done(kept.path)
    assert found == [said("first"), said("second")]
    assert list(third.abandoned()) == []


KEEPS = """
import sys, time
from pathlib import Path
from channels.serve.spool import Spool
from tests.serve.spooled import said
Spool(Path(sys.argv[1])).keep(said("last words"))
print("kept", flush=True)
time.sleep(60)
"""


def test_a_process_that_is_killed_leaves_its_arrivals_and_its_folder(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KEEPS, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"kept\n"
    other = Spool(tmp_path)
    assert other.depth == 0
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert [lying(left) for left in other.abandoned()] == [[said("last words")]]
    assert lying(Spool(tmp_path)) == [said("last words")]
