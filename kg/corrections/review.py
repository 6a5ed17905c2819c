"""What of a plan a person should look at."""

from __future__ import annotations

from ..model import Plan
from .doubts import KINDS, Doubt, fact_doubts
from .gaps import gaps


def find_doubts(plan: Plan) -> tuple[Doubt, ...]:
    """Everything uncertain in the resolved *plan* that nobody has corrected or confirmed, by kind (in the
    order of ``doubts.KINDS``) and place."""
    order = list(KINDS)
    found = (*fact_doubts(plan), *gaps(plan))
    return tuple(sorted(found, key=lambda d: (order.index(d.kind), d.span)))
