"""Explanations: what in a run an answer comes from, a method a file, each with its formula and its paper."""

from model.explain.shares import ClassNotFound, Shares, SharesUndefined, StageShares, map_shares

__all__ = ["ClassNotFound", "Shares", "SharesUndefined", "StageShares", "map_shares"]
