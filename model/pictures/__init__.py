"""The one place where bytes from outside become pixels: uploads, the command line's files, training pictures."""

from model.pictures.compressing import compress
from model.pictures.faults import PictureError
from model.pictures.reading import Limits, Picture, read_picture

__all__ = ["Limits", "Picture", "PictureError", "compress", "read_picture"]
