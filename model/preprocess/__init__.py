"""From a picture to a network's input, in named steps, each kept as a picture."""

from model.preprocess.check import check_steps
from model.preprocess.choices import choose
from model.preprocess.defaults import default_steps, drawing_steps, photo_steps
from model.preprocess.pipeline import prepare, prepare_pixels
from model.preprocess.prepared import ChoiceError, Notice, Prepared, Step

__all__ = [
    "ChoiceError",
    "Notice",
    "Prepared",
    "Step",
    "check_steps",
    "choose",
    "default_steps",
    "drawing_steps",
    "photo_steps",
    "prepare",
    "prepare_pixels",
]
