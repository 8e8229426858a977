"""The places that keep runs: whole or not at all, bounded, shared, and there after every kind of accident."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.runs import run_picture
from app.settings import Settings
from app.store import DamagedRecord, Record, StoreUnavailable, open_store, read_record, write_record
from app.store.folder import FolderStore
from app.store.memory import MemoryStore
from model import load
from model.preprocess import Notice, Prepared, Step
from model.run import Run
from tests.app.servers import ROOT

BIG = 2**40


def run_id(number: int) -> str:
    return f"{number:032x}"


def record_of(run: Run) -> Record:
    return Record(run.model.id, run.model.checkpoint, run.prepared)


@pytest.fixture(scope="module")
def run(two: bytes) -> Run:
    return run_picture(load("digits", 3), two)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("Mounting a small disk is not allowed here.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_record_gives_the_same_run_to_the_last_bit(run: Run) -> None:
    data = write_record(record_of(run))
    assert len(data) < 20_000  # the pictures of a drawing, 214 kB, are mostly paper
    record = read_record(data)
    again = load(record.model, record.checkpoint).run_prepared(record.prepared)
    assert again.id == run.id
    assert again.prepared.warnings == run.prepared.warnings
    for name in run.trace.values:
        assert again[name].tobytes() == run[name].tobytes()


def test_a_photo_s_pictures_are_kept_as_they_are() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    notices = (Notice("turned_upright", "The picture was turned upright."),)
    prepared = Prepared(np.ones((3, 4, 5), np.float32), (Step("rgb", "As it is.", noise, {"width": 50}),), notices)
    again = read_record(write_record(Record("pets", None, prepared))).prepared
    assert again.digest == prepared.digest
    assert again.input.dtype == np.float32


def test_a_record_with_any_byte_changed_or_missing_is_none(run: Run) -> None:
    data = write_record(record_of(run))
    for place in [*range(64), *random.Random(1).sample(range(len(data)), 200)]:
        damaged = bytearray(data)
        damaged[place] ^= 1
        for bad in (bytes(damaged), data[:place], data[:place] + bytes(len(data) - place)):
            if bad != data:
                with pytest.raises(DamagedRecord):
                    read_record(bad)
    with pytest.raises(DamagedRecord):
        read_record(data + b"\0")


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_the_oldest_go_first_by_number_and_by_size(kind: str, tmp_path: Path) -> None:
    def store(runs: int, size: int) -> FolderStore | MemoryStore:
        folder = tmp_path / f"{runs}-{size}"
        return FolderStore(folder, runs, size) if kind == "folder" else MemoryStore(runs, size)

    for bounds in ((3, BIG), (100, 3500)):
        few = store(*bounds)
        for number in (1, 2, 3, 1, 4):  # the first is made once more, so the second is the oldest
            few.put(run_id(number), bytes([number]) * 1000)
            time.sleep(0.002)
        kept = [number for number in range(1, 5) if few.get(run_id(number)) == bytes([number]) * 1000]
        assert kept == [1, 3, 4]
        few.drop(run_id(3))
        assert few.get(run_id(3)) is None
        few.check()


def test_a_run_that_is_made_again_mends_its_damaged_file(tmp_path: Path) -> None:
    store, data = FolderStore(tmp_path, 10, BIG), bytes(range(256)) * 8
    store.put(run_id(1), data)
    (file,) = tmp_path.glob("*.run")
    for damaged in (bytes(len(data)), data[:100], b""):
        file.write_bytes(damaged)
        store.put(run_id(1), data)
        assert store.get(run_id(1)) == data


def test_no_id_is_ever_a_path(tmp_path: Path) -> None:
    (tmp_path / "secret.run").write_bytes(b"secret")
    store = FolderStore(tmp_path / "runs", 10, BIG)
    for name in ("../secret", "..", "", "/etc/passwd", "lock", "a" * 200, "0" * 31 + "\n", "%2e%2e"):
        assert store.get(name) is None


def test_writers_that_are_killed_leave_whole_runs_only(tmp_path: Path) -> None:
    """Several at the same time, each at a moment of its own; what they left unfinished is cleared away in time."""
    script = (
        "import sys; from pathlib import Path; from app.store.folder import FolderStore\n"
        "store = FolderStore(Path(sys.argv[1]), 20, 10**9)\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for number in range(40): store.put(f'{number:032x}', bytes([number]) * 300_000)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    writers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(4)]
    for place, writer in enumerate(writers):
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(0.02 + 0.007 * place)
        writer.send_signal(signal.SIGKILL)
    for writer in writers:
        writer.communicate()
    for path in tmp_path.glob("*.part"):
        os.utime(path, (0, 0))
    store = FolderStore(tmp_path, 20, BIG)
    found = {number: store.get(run_id(number)) for number in range(40)}
    assert any(found.values())
    assert all(data == bytes([number]) * 300_000 for number, data in found.items() if data is not None)
    assert len(list(tmp_path.glob("*.run"))) <= 20 and not list(tmp_path.glob("*.part"))


def test_a_small_disk_holds_the_newest_and_a_full_one_says_so(small_disk: Path) -> None:
    store = FolderStore(small_disk / "runs", 1000, BIG)
    for number in range(40):
        store.put(run_id(number), os.urandom(100_000))
    assert store.get(run_id(39)) and not store.get(run_id(0))
    store.check()
    # Others fill what is left, and even what the runs had.
    (small_disk / "other").write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    store.put(run_id(40), os.urandom(100_000))
    for path in (small_disk / "runs").glob("*.run"):
        path.unlink()
    with open(small_disk / "more", "wb", buffering=0) as more, pytest.raises(OSError, match="space"):
        while True:
            more.write(bytes(4096))
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.put(run_id(41), os.urandom(100_000))
    with pytest.raises(StoreUnavailable, match="No space left"):
        store.check()
    assert store.get(run_id(41)) is None and not list((small_disk / "runs").glob("*.part"))


def test_places_that_cannot_be_had_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place, told in (
        (str(tmp_path / "file"), "cannot be used to keep runs"),
        (str(tmp_path / "file" / "below"), "Not a directory"),
        ("redis://user:secret@[bad", "RUN_STORE"),
    ):
        with pytest.raises(StoreUnavailable, match=told) as error:
            open_store(Settings(run_store=place))
        assert "secret" not in str(error.value)
    with pytest.raises(StoreUnavailable, match="workers cannot share"):
        open_store(Settings(run_store="memory", workers=2))


def test_a_folder_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("Giving a folder to another user needs root.")
    os.chown(tmp_path, 65534, 65534)
    with pytest.raises(StoreUnavailable, match="another user"):
        FolderStore(tmp_path, 1, 1)


def test_without_a_folder_to_write_one_worker_keeps_runs_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    assert isinstance(open_store(Settings(run_store="")), MemoryStore)
    assert "in memory only" in caplog.text
    with pytest.raises(StoreUnavailable, match="RUN_STORE"):
        open_store(Settings(run_store="", workers=2))
