"""The tables of a plan: the document, its units, its rounds, and the instance row of each task."""

from ..schemas import COMPARATORS, ROUND_KINDS
from .document import (
    EvaluationClause,
    Indicator,
    IndicatorValue,
    KeyTask,
    Plan,
    PlanUnit,
    Project,
    Section,
    Target,
)
from .instance import STATES, Assignment, AssignmentSet, DueDate, Instance
from .revisions import PlanRevision
from .rounds import ROUND_STATES, Round

__all__ = [
    "COMPARATORS",
    "ROUND_KINDS",
    "ROUND_STATES",
    "STATES",
    "Assignment",
    "AssignmentSet",
    "DueDate",
    "EvaluationClause",
    "Indicator",
    "IndicatorValue",
    "Instance",
    "KeyTask",
    "Plan",
    "PlanRevision",
    "PlanUnit",
    "Project",
    "Round",
    "Section",
    "Target",
]
