"""Training: from labelled images to a model's files. `python -m model train digits` runs it."""

from model.train.digits import RECIPE as DIGITS
from model.train.recipe import Recipe

RECIPES: dict[str, Recipe] = {recipe.id: recipe for recipe in (DIGITS,)}

__all__ = ["RECIPES", "Recipe"]
