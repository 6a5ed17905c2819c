"""The deadlines of a plan as a format that ``kg export`` lists beside its own."""

from __future__ import annotations

from kg.bridges import Format
from kg.citation import cited_plans
from kg.errors import KgError
from kg.names import BASE
from kg.store import Dataset

from . import calendar, facts


def icalendar(dataset: Dataset, plan: str | None) -> bytes:
    """The deadlines of the *plan* with this IRI, or of the only plan there is (RFC 5545)."""
    plans = (plan,) if plan else cited_plans(dataset.query)
    if len(plans) != 1:
        raise KgError(f"a calendar holds one plan, and there are {len(plans)}: say which by --plan")
    found = facts.document(dataset, plans[0].removeprefix(BASE), "vi")
    if found is None:
        raise KgError(f"no text of <{plans[0]}> is held here, so nothing is known of its deadlines")
    return calendar.icalendar(found, "vi")


ICS = Format("ics", "iCalendar (RFC 5545): deadlines", "ics", "text/calendar", icalendar)
