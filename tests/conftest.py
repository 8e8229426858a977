"""What holds for every test: one BLAS thread, one event loop, a folder for runs, no deadline on a busy machine."""

import atexit
import os
import shutil
import tempfile

# Before NumPy is imported, or OpenBLAS has its threads already.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import pytest
from hypothesis import settings

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
