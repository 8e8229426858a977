"""Real runs, stages and pictures among what schemathesis makes up, so that it comes further than to 404 and 415."""

from __future__ import annotations

import os
import random
from typing import Any

import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.transport.serialization import Binary

from model import load
from tests.pictures.corpus import good
from tests.pictures.hostile import bad

RUN = os.environ["FUZZ_RUN"]
STAGES = tuple(load("digits").graph.shapes)
FILES = [file.data for file in good()] + [file.data for file in bad()]
PICTURES = [data for data in FILES if len(data) < 20_000]


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """What is valid by the schema is made real in most cases; what is made wrong on purpose stays as it is."""
    if case.meta is not None and case.meta.generation.mode is not GenerationMode.POSITIVE:
        return case
    parameters = case.path_parameters or {}
    # The same case has to be the same each time it is tried.
    chance = random.Random(repr((sorted(parameters.items()), case.query, case.media_type)))
    if "run" in parameters and chance.random() < 0.8:
        parameters["run"] = RUN
    if "model" in parameters and chance.random() < 0.8:
        parameters["model"] = "digits"
    if "stage" in parameters and chance.random() < 0.8:
        parameters["stage"] = chance.choice(STAGES)
    for place, most in (("channel", 10), ("row", 8), ("column", 8), ("index", 7)):
        if place in parameters and chance.random() < 0.7:
            parameters[place] = chance.randrange(most)
    # In other bodies, forms and types made of `image/*`, schemathesis takes a picture for what the schema forbids.
    if case.media_type == "application/octet-stream" and chance.random() < 0.8:
        case.body = Binary(chance.choice(PICTURES))
    return case
