"""Ledgers of batch normalisation: one value shifted, scaled, scaled and shifted again."""

from __future__ import annotations

from math import sqrt

import numpy as np

from model.layers import BatchNorm
from model.ledger.ledger import Figure, Term
from model.ledger.site import Site, Working, array


def explain_batch_norm(site: Site, layer: BatchNorm) -> Working:
    (source,), k = site.inputs, site.cell.channel
    cell = site.same_place(source)
    value = site.value(cell)
    if layer.training:  # the mean and the variance of the very maps at hand
        plane = site.values[k].astype(np.float64)
        mean, variance = float(plane.mean()), float(plane.var())
        written_mean, written_variance = f"{array(source)}[{k}].mean()", f"{array(source)}[{k}].var()"
    else:
        mean, variance = float(layer.mean[k]), float(layer.variance[k])
        written_mean, written_variance = (
            f"{site.parameter('mean')}[{k}]",
            f"{site.parameter('variance')}[{k}]",
        )
    normalised = (value - mean) / sqrt(variance + layer.epsilon)
    return Working(
        terms=(Term(cell, value),),
        formula="result = scale * normalised + bias, "
        "with normalised = (value - mean) / square root of (variance + epsilon)",
        numpy=(
            f"deviation = numpy.sqrt({written_variance} + {layer.epsilon!r})",
            f"normalised = ({site.written(cell)} - {written_mean}) / deviation",
            f"{site.parameter('scale')}[{k}] * normalised + {site.parameter('bias')}[{k}]",
        ),
        bias=float(layer.bias[k]),
        figures=(
            Figure("mean", mean),
            Figure("variance", variance),
            Figure("epsilon", layer.epsilon),
            Figure("normalised", normalised),
            Figure("scale", float(layer.scale[k])),
        ),
    )
