"""From a picture to a network's input, in named steps, each kept as a picture."""

from model.preprocess.choices import choose
from model.preprocess.pipeline import prepare, prepare_pixels
from model.preprocess.prepared import ChoiceError, Notice, Prepared, Step

__all__ = ["ChoiceError", "Notice", "Prepared", "Step", "choose", "prepare", "prepare_pixels"]
