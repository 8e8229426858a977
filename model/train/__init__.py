"""Training: from labelled images to a model's files. `python -m model train digits` runs it."""

from model.train.digits import RECIPE as DIGITS
from model.train.objects import RECIPE as OBJECTS
from model.train.pets import RECIPE as PETS
from model.train.recipe import Recipe

RECIPES: dict[str, Recipe] = {recipe.id: recipe for recipe in (DIGITS, OBJECTS, PETS)}

__all__ = ["RECIPES", "Recipe"]
