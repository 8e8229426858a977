"""`python -m app serve` and `python -m app classify IMAGE`."""

from __future__ import annotations

import os

# Before NumPy is imported: one thread for each product, since requests already run side by side.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import sys  # noqa: E402

from app.command_line import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
