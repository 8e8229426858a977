"""The catalog: the models that ship, and any other ONNX file, ready to run."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.checkpoints import Checkpoint, Checkpoints, read_checkpoints
from model.checksums import read_checksums, sha256
from model.completion import complete
from model.graph import Graph
from model.onnx_file import NotSupported, read
from model.run import Model

ZOO = Path(__file__).parent / "zoo"


class UnknownModel(LookupError):
    """No model, or no checkpoint, of that name; the message lists what there is."""


class DamagedModel(RuntimeError):
    """A file of a model is missing or is not what it was when it shipped."""


def shipped() -> tuple[str, ...]:
    """The ids of the models that ship."""
    return tuple(sorted(name.removesuffix(".onnx") for name in read_checksums(ZOO) if name.endswith(".onnx")))


def known() -> tuple[str, ...]:
    """The ids of all models that are known by name: those that ship, then those that were added."""
    return (*shipped(), *_added)


def add(path: Path) -> str:
    """Makes an .onnx file known by its name, for this process, and returns the id; adding it again changes nothing.

    UnknownModel where there is no such file or its name is taken; NotSupported and DamagedModel as `load`.
    """
    model_id = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.") or "model"
    if _added.get(model_id) == path:
        return model_id
    if model_id in known():
        raise UnknownModel(f"The file {path} would be model `{model_id}`, and there is one already. Rename the file.")
    load(path)
    _added[model_id] = path
    return model_id


def verify() -> None:
    """Returns where every shipped file is what it was when it shipped; DamagedModel otherwise."""
    if not shipped():
        raise DamagedModel("The list of the shipped models, SHA256SUMS, is missing. Install the project again.")
    for name in read_checksums(ZOO):
        _bytes(ZOO / name)


def load(name_or_path: str | Path, checkpoint: int | None = None) -> Model:
    """A model: a shipped or added one by its id, or any by the path of its .onnx file.

    `checkpoint` asks for the network as it was at that point of its training, 0 being the random one it
    started from (see `checkpoints`). A known model is read once and shared: models are never changed.
    UnknownModel where there is none; DamagedModel where a file is not as it should be; NotSupported for a
    file that the engine does not run.

    >>> from model import load
    >>> load("digits").graph.shapes["conv1"]
    (8, 28, 28)
    """
    if name_or_path in known():
        return _known(str(name_or_path), checkpoint)
    path = Path(name_or_path)
    if path.suffix != ".onnx":
        raise UnknownModel(
            f"There is no model `{name_or_path}`; there are: {', '.join(known())}. "
            "A model of your own is named by the path of its .onnx file."
        )
    return open_model(path.stem, _bytes(path), checkpoint, _companion(path))


def at_hand(model_id: str, checkpoint: int | None = None) -> Model | None:
    """A model that was read before, at once; whether it is (still) known is not asked."""
    return _loaded.get((model_id, checkpoint))


def checkpoints(model_id: str) -> tuple[Checkpoint, ...]:
    """A known model's checkpoints, from random to trained; `load("digits", checkpoint=number)` runs one."""
    if model_id not in known():
        raise UnknownModel(f"There is no model `{model_id}`; there are: {', '.join(known())}.")
    data = _companion(_path(model_id))
    return _checkpoints(model_id, data).points if data is not None else ()


def open_model(
    model_id: str, data: bytes, checkpoint: int | None = None, checkpoint_data: bytes | None = None
) -> Model:
    """The model in the bytes of an ONNX file, and, for a checkpoint, in those of its file of checkpoints."""
    read_graph, metadata = read(data)
    graph, classes, preprocessing, notes = complete(read_graph, metadata)
    digest = sha256(data)
    if checkpoint is not None:
        points = _checkpoints(model_id, checkpoint_data) if checkpoint_data is not None else None
        if points is None or not 0 <= checkpoint < len(points.points):
            there_are = f"0 to {len(points.points) - 1}" if points else "none"
            raise UnknownModel(f"Model `{model_id}` has no checkpoint {checkpoint}; it has {there_are}.")
        graph = _with_checkpoint(model_id, graph, points, checkpoint)
        digest = sha256(f"{digest} {sha256(checkpoint_data or b'')} {checkpoint}".encode())
    for array in graph.parameters.values():
        array.flags.writeable = False
    return Model(
        id=model_id,
        title=_title(metadata, model_id),
        graph=graph,
        classes=classes,
        preprocessing=preprocessing,
        card=_card(metadata),
        notes=notes,
        digest=digest,
        checkpoint=checkpoint,
    )


_lock = threading.Lock()
_loaded: dict[tuple[str, int | None], Model] = {}
_added: dict[str, Path] = {}


def _path(model_id: str) -> Path:
    return _added.get(model_id) or ZOO / f"{model_id}.onnx"


def _known(model_id: str, checkpoint: int | None) -> Model:
    with _lock:
        key = (model_id, checkpoint)
        if key not in _loaded:
            path = _path(model_id)
            try:
                _loaded[key] = open_model(model_id, _bytes(path), checkpoint, _companion(path))
            except NotSupported as error:
                raise DamagedModel(f"The model `{model_id}` cannot be read (any more): {error}") from error
        return _loaded[key]


def _companion(path: Path) -> bytes | None:
    """The file of checkpoints beside a model's file, if there is one."""
    beside = path.with_suffix(".checkpoints.npz")
    return _bytes(beside) if beside.exists() or beside.name in _expected(beside) else None


def _expected(path: Path) -> Mapping[str, str]:
    """The checksums that a file has to keep: those of the shipped models."""
    return read_checksums(ZOO) if path.parent == ZOO else {}


def _bytes(path: Path) -> bytes:
    """A file's bytes; a shipped file has to be the one that was shipped, to the byte."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        if path.name in _expected(path):
            raise DamagedModel(f"The shipped file {path.name} is missing. Install the project again.") from error
        raise UnknownModel(f"There is no file {path}.") from error
    except OSError as error:
        raise DamagedModel(f"The file {path} cannot be read: {error.strerror}.") from error
    expected = _expected(path)
    if path.name in expected and sha256(data) != expected[path.name]:
        raise DamagedModel(
            f"The shipped file {path.name} is damaged: its SHA-256 is not the one it shipped with. "
            "Install the project again."
        )
    return data


def _checkpoints(model_id: str, data: bytes) -> Checkpoints:
    try:
        return read_checkpoints(data)
    except ValueError as error:
        raise DamagedModel(f"The checkpoints of `{model_id}` cannot be read: {error}") from error


def _with_checkpoint(model_id: str, graph: Graph, points: Checkpoints, number: int) -> Graph:
    parameters = points.parameters_at(number)
    shapes = {name: array.shape for name, array in graph.parameters.items()}
    if {name: array.shape for name, array in parameters.items()} != shapes:
        raise DamagedModel(f"The checkpoints of `{model_id}` are those of another network.")
    return graph.with_parameters(parameters)


def _title(metadata: Mapping[str, Any], model_id: str) -> str:
    title = metadata.get("title", model_id)
    return title if isinstance(title, str) else model_id


def _card(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    card = metadata.get("card", {})
    return card if isinstance(card, dict) else {}
