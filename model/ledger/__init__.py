"""Ledgers: how each cell of a run came to be, its operands, and the NumPy lines that repeat it."""

from model.ledger.ledger import Cell, Figure, Ledger, Subtotal, Term
from model.ledger.registry import CellNotFound, explain_cell

__all__ = ["Cell", "CellNotFound", "Figure", "Ledger", "Subtotal", "Term", "explain_cell"]
