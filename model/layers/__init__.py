"""The layers, a family a file: each says its formula, computes it forward, and its gradients backward."""

from model.layers.activation import Clip, LeakyRelu, Relu, Sigmoid, Softmax, Tanh
from model.layers.conv import Conv2d
from model.layers.dense import Dense
from model.layers.layer import Gradients, Layer
from model.layers.merge import Add, Concat
from model.layers.norm import BatchNorm, fold
from model.layers.pool import AveragePool, GlobalAveragePool, MaxPool
from model.layers.shape import Flatten

__all__ = [
    "Add",
    "AveragePool",
    "BatchNorm",
    "Clip",
    "Concat",
    "Conv2d",
    "Dense",
    "Flatten",
    "GlobalAveragePool",
    "Gradients",
    "Layer",
    "LeakyRelu",
    "MaxPool",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "fold",
]
