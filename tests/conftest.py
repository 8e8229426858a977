"""What holds for every test: one BLAS thread, one event loop, a folder for runs, no deadline on a busy machine."""

import atexit
import os
import shutil
import tempfile

# Before NumPy is imported, or OpenBLAS has its threads already.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from pathlib import Path

import pytest
from hypothesis import settings

import model.catalog
from model.checksums import write_checksums
from model.run import Model
from tests.photo_network import photo_network

# Servers, in this process and beside it, keep runs where no other does.
os.environ["RUN_STORE"] = tempfile.mkdtemp(prefix="runs-")
atexit.register(shutil.rmtree, os.environ["RUN_STORE"], ignore_errors=True)

# A shared machine pauses for longer than any deadline; in CI the examples are the same at each run.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("project")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop that tests marked `anyio` run on: the one that the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def photo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small model for photos."""
    path = tmp_path_factory.mktemp("models") / "photos.onnx"
    path.write_bytes(photo_network())
    return path


@pytest.fixture(scope="session")
def photo_model(photo_file: Path) -> Model:
    """A small model for photos: 16 x 16 pixels, RGB."""
    return model.catalog.load(photo_file)


@pytest.fixture
def photo_zoo(photo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Makes the small model for photos one of those that ship; its id."""
    zoo = tmp_path / "zoo"
    shutil.copytree(model.catalog.ZOO, zoo)
    shutil.copy(photo_file, zoo)
    write_checksums(zoo, {photo_file.name: photo_file.read_bytes()})
    monkeypatch.setattr(model.catalog, "ZOO", zoo)
    monkeypatch.setattr(model.catalog, "_loaded", {})
    return photo_file.stem
