"""StratML Part 2 (ISO 17469-2): a plan's goals with their targets, and its groups of tasks with who has which part.

Written by the schema of 2016-02-16.  A kh:Goal becomes a Goal whose Objectives are its targets (a PerformanceIndicator each);
a kh:TaskGroup a Goal whose Objectives are its tasks, their agencies Stakeholders.  What has no place of its own there (the
clause, the time in words, the comparison) stands in OtherInformation and Description, in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from ..names import BASE
from .reading import Facts, Row
from .xml import clean

STRATML = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
_PERFORM = ("lead", "coordinating", "focal", "monitor", "consolidator")
_WORDS = {">=": "từ mức này trở lên", ">": "trên mức này", "<=": "không quá mức này", "<": "dưới mức này", "~": "khoảng"}  # fmt: skip


def to_stratml(facts: Facts) -> bytes:
    """The plan as one PerformancePlanOrReport of the type Strategic_Plan."""
    root = etree.Element(f"{{{STRATML}}}PerformancePlanOrReport", nsmap={None: STRATML})
    root.set("Type", "Strategic_Plan")
    plan = facts.plan
    _add(root, "Name", facts.label)
    if "title" in plan:
        _add(root, "Description", plan["title"])
    _add(root, "OtherInformation", f"Nguồn: {facts.label} <{facts.iri}>")
    core = _add(root, "StrategicPlanCore")
    if "issuer" in plan:
        organization = _add(core, "Organization")
        _add(organization, "Name", plan.get("issuerLabel", plan["issuer"]))
        _add(organization, "Identifier", _identifier(plan["issuer"]))
        _add(organization, "Description", plan["issuer"])
    if facts.purposes:
        mission = _add(core, "Mission")
        _add(mission, "Description", "\n".join(r.get("text", "") for r in facts.purposes))
        _add(mission, "Identifier", _identifier(facts.purposes[0]["element"]))
    for row in facts.requirements:
        value = _add(core, "Value")
        _add(value, "Name", "Yêu cầu")
        _add(value, "Description", row.get("text", ""))
    _goals(core, facts)
    about = _add(root, "AdministrativeInformation")
    _add(about, "Identifier", _identifier(facts.iri))
    if "date" in plan:
        _add(about, "PublicationDate", plan["date"])
    _add(about, "Source", facts.iri)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _goals(core: etree._Element, facts: Facts) -> None:
    by_goal = _grouped(facts.targets, "goal")
    by_group = _grouped(facts.tasks, "group")
    parts = _grouped(facts.parts, "task")
    number = 0
    for row in facts.goals:
        number += 1
        goal = _goal(core, facts, row, number)
        for place, target in enumerate(by_goal.pop(row["element"], []), 1):
            _target(goal, facts, target, place)
    for row in facts.groups:
        number += 1
        goal = _goal(core, facts, row, number)
        for task in by_group.pop(row["element"], []):
            _task(goal, facts, task, parts.get(task["element"], []))
    loose = [row for those in by_group.values() for row in those]
    left = [row for those in by_goal.values() for row in those]
    if loose or left or not number:
        number += 1
        whole = {"element": f"{facts.iri}/other", "text": facts.plan.get("title", facts.label)}
        goal = _goal(core, facts, {"elementLabel": facts.label, **whole}, number)
        for place, target in enumerate(left, 1):
            _target(goal, facts, target, place)
        for task in loose:
            _task(goal, facts, task, parts.get(task["element"], []))


def _goal(core: etree._Element, facts: Facts, row: Row, number: int) -> etree._Element:
    return _described(_add(core, "Goal"), facts, row, number)


def _described(element: etree._Element, facts: Facts, row: Row, number: int) -> etree._Element:
    _add(element, "Name", row.get("elementLabel", row["element"]))
    _add(element, "Description", row.get("text", ""))
    _add(element, "Identifier", _identifier(row["element"]))
    _add(element, "SequenceIndicator", str(number))
    _add(element, "OtherInformation", facts.citation(row.get("clause")))
    return element


def _target(goal: etree._Element, facts: Facts, row: Row, place: int) -> None:
    objective = _described(_add(goal, "Objective"), facts, row, place)
    indicator = _add(objective, "PerformanceIndicator", PerformanceIndicatorType="Quantitative")
    _add(indicator, "MeasurementDimension", row.get("indicatorLabel", row.get("elementLabel", "")))
    _add(indicator, "UnitOfMeasurement", row.get("valueUnit", ""))
    _add(indicator, "Identifier", _identifier(row["element"] + "/indicator"))
    instance = _add(indicator, "MeasurementInstance")
    if "value" in row:
        _result(_add(instance, "TargetResult"), row, "value")
    if "baseline" in row:
        _result(_add(instance, "ActualResult"), row, "baseline")


def _result(result: etree._Element, row: Row, what: str) -> None:
    begin = row.get(f"{what}Begin", "")
    end = row.get(f"{what}End") or row.get(f"{what}Year", "")
    if day := _day(begin, "01-01"):
        _add(result, "StartDate", day)
    if day := _day(end, "12-31"):
        _add(result, "EndDate", day)
    if number := row.get(f"{what}Number"):
        _add(result, "NumberOfUnits", number)
    words = _WORDS.get(row.get(f"{what}Comparator", ""), "")
    printed = row.get(f"{what}Printed", "")
    _add(result, "Description", f"{printed} ({words})" if words else printed)


def _task(goal: etree._Element, facts: Facts, row: Row, parts: Iterable[Row]) -> None:
    objective = _add(goal, "Objective")
    _add(objective, "Name", row.get("elementLabel", row["element"]))
    _add(objective, "Description", row.get("text", ""))
    _add(objective, "Identifier", _identifier(row["element"]))
    _add(objective, "SequenceIndicator", row.get("path", ""))
    by_agent = _grouped(parts, "agent")
    for agent, roles in by_agent.items():
        kind = "Generic_Group" if "/group/" in agent else "Organization"
        holder = _add(objective, "Stakeholder", StakeholderTypeType=kind)
        _add(holder, "Name", roles[0].get("agentLabel", agent))
        _add(holder, "Description", agent)
        for one in roles:
            role = _add(holder, "Role")
            slug = one["role"].rsplit("/", 1)[-1]
            _add(role, "Name", one.get("roleLabel", slug))
            _add(role, "Description", facts.citation(one.get("clause")))
            if slug in _PERFORM:
                _add(role, "RoleType", "Performer")
    said = [facts.citation(row.get("clause"))]
    if "timeText" in row:
        said.append(f"Thời gian thực hiện: {row['timeText']}")
    _add(objective, "OtherInformation", ". ".join(said))


def _grouped(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get(name, ""), []).append(row)
    return found


def _day(text: str, rest: str) -> str | None:
    """A year or a day as a day."""
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-{rest}"
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None


def _identifier(iri: str) -> str:
    """An XML name made of an IRI, and no other IRI makes the same."""
    path = iri.removeprefix(BASE)
    return "_" + re.sub(r"[^A-Za-z0-9.-]", lambda c: f"_{ord(c.group()):x}_", path)


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{STRATML}}}{name}", attributes)
    if text:
        made.text = clean(text)
    return made
