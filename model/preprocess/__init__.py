"""From a picture to a network's input, in named steps, each kept as a picture."""

from model.preprocess.pipeline import prepare, prepare_pixels
from model.preprocess.prepared import Notice, Prepared, Step

__all__ = ["Notice", "Prepared", "Step", "prepare", "prepare_pixels"]
