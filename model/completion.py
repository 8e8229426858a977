"""What a file of a model says beside its network, and what stands for what it leaves open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from model.graph import Graph, Stage
from model.layers import Sigmoid, Softmax
from model.onnx_file import NotSupported
from model.preprocess import check_steps, default_steps


class Completed(NamedTuple):
    """A network that ends in a Softmax over named classes, and the steps to its input.

    `notes` says, a sentence each, what the file left open and what stands for it.
    """

    graph: Graph
    classes: tuple[str, ...]
    preprocessing: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]


def complete(graph: Graph, metadata: Mapping[str, Any]) -> Completed:
    """The network of a file with all that a run needs; NotSupported, in plain words, where the file is wrong."""
    graph, softmax_note = _ending_in_softmax(graph)
    classes, classes_note = _classes(graph, metadata)
    preprocessing, preprocessing_note = _preprocessing(graph, metadata)
    notes = (softmax_note, classes_note, preprocessing_note)
    return Completed(graph, classes, preprocessing, tuple(note for note in notes if note))


def _ending_in_softmax(graph: Graph) -> tuple[Graph, str]:
    last, shape = graph.stages[-1], graph.shapes[graph.output]
    if isinstance(last.layer, Softmax):
        return graph, ""
    if len(shape) != 1:
        raise NotSupported(
            f"The network ends in stage `{last.name}` ({last.layer.op}) with {' x '.join(map(str, shape))} values "
            "(channels, rows, columns); it has to end in one row of logits, one a class. Flatten the maps first."
        )
    if shape == (1,):
        raise NotSupported(
            f"The network ends in stage `{last.name}` ({last.layer.op}) with a single value; it has to end in one "
            "logit a class. Export a network of two classes with two outputs."
        )
    if isinstance(last.layer, Sigmoid):
        raise NotSupported(
            f"The network ends in stage `{last.name}` (Sigmoid), so each of its values stands for itself; this engine "
            "runs networks whose classes share one answer. Export a network that ends in logits or in a Softmax."
        )
    name = "softmax"
    while name in graph.shapes:
        name += "_"
    whole = Graph(graph.input_shape, (*graph.stages, Stage(name, Softmax(), (last.name,))), graph.input)
    note = f"The file ends in stage `{last.name}`, whose values are taken as the logits; a Softmax was put after them."
    return whole, note


def _classes(graph: Graph, metadata: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    (count,) = graph.shapes[graph.output]
    if "classes" not in metadata:
        names = tuple(f"class {number}" for number in range(count))
        return names, f"The file does not name its classes; they are called `{names[0]}` to `{names[-1]}`."
    classes = metadata["classes"]
    if not isinstance(classes, list) or len(classes) != count or not all(isinstance(name, str) for name in classes):
        raise NotSupported(
            f"The file's metadata `classes` is {_short(classes)}; it has to be a JSON list of {count} names, one an "
            "output."
        )
    return tuple(classes), ""


def _preprocessing(graph: Graph, metadata: Mapping[str, Any]) -> tuple[tuple[Mapping[str, Any], ...], str]:
    shape = graph.input_shape
    try:
        usual = default_steps(shape)
    except ValueError as error:
        raise NotSupported(str(error)) from error
    if "preprocessing" not in metadata:
        names = ", ".join(f"`{step['step']}`" for step in usual)
        return usual, (
            "The file does not say how a picture becomes the network's input. The usual steps are taken "
            f"({names}), which may not be those that it was trained with."
        )
    steps = metadata["preprocessing"]
    if not isinstance(steps, list) or not all(isinstance(step, dict) and "step" in step for step in steps):
        raise NotSupported(
            f"The file's metadata `preprocessing` is {_short(steps)}; it has to be a JSON list of steps, such as "
            f"{json.dumps(usual)}."
        )
    try:
        check_steps(steps, shape)
    except ValueError as error:
        raise NotSupported(f"The file's metadata `preprocessing` does not fit. {error}") from error
    return tuple(steps), ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]} ..."
