"""Fast ways to do what the readable layers define: the same numbers, to rounding, in another order of work."""

from model.plan.inference import InferencePlan
from model.plan.training import TrainingPlan

__all__ = ["InferencePlan", "TrainingPlan"]
