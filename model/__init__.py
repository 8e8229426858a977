"""The engine: a convolutional network in NumPy that keeps, and can explain, every number it computes."""

from model.catalog import load

__all__ = ["load"]
