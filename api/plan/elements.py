"""Tasks with their roles, times and themes, and targets with their values, as the dataset states them."""

from __future__ import annotations

from collections import defaultdict

from kg.names import VOC

from ..anchors import fragment
from .model import Due, Named, Part, Target, Task, Time, Value
from .reading import Reader

_ROLES = ("lead", "focal", "coordinating", "monitor", "recipient")


class Times:
    """The timeframes of a document, by IRI."""

    def __init__(self, reader: Reader) -> None:
        self._rows: dict[str, dict[str, str]] = {}
        self._frequencies: dict[str, set[str]] = defaultdict(set)
        self._kinds: dict[str, str] = {}
        pattern = (
            "?task kh:elementOf {doc} ; kh:hasTimeframe ?time . ?time kh:timeText ?text . "
            "OPTIONAL { ?time kh:timeKind ?kind } OPTIONAL { ?time kh:hasWords ?mark } "
            "OPTIONAL { ?time kh:isConditional ?conditional } "
            "OPTIONAL { ?time kh:hasSchedule/schema:repeatFrequency ?frequency } "
            "OPTIONAL { ?time kh:interval/time:hasBeginning ?b . ?b time:inXSDgYear|time:inXSDDate ?begin } "
            "OPTIONAL { ?time kh:interval/time:hasEnd ?e . ?e time:inXSDgYear|time:inXSDDate ?end }"
        )
        for row in reader.rows(pattern, "time text kind mark frequency begin end conditional"):
            self._rows[row["time"]] = row
            self._frequencies[row["time"]] |= {row["frequency"]} if "frequency" in row else set()
            if "kind" in row:
                self._kinds[row["kind"]] = reader.label(row["kind"]) or row["kind"]

    def of(self, iri: str | None) -> Time | None:
        row = self._rows.get(iri or "")
        if row is None:
            return None
        kind = row.get("kind", "")
        return Time(
            row["text"],
            kind.removeprefix(str(VOC) + "time-kind/"),
            self._kinds.get(kind, ""),
            row.get("begin"),
            row.get("end"),
            tuple(sorted(self._frequencies[row["time"]])),
            fragment(row["mark"]) if "mark" in row else None,
            row.get("conditional") == "true",
        )


def read_tasks(reader: Reader, times: Times, orders: dict[str, int]) -> tuple[Task, ...]:
    """The tasks in the order of the text."""
    parts, themes, dues = _parts(reader), _themes(reader), _dues(reader)
    kinds = {
        row["task"]: kind
        for name, kind in (("MonitoringDuty", "monitoring"), ("ReportingDuty", "reporting"))
        for row in reader.rows(f"?task kh:elementOf {{doc}} ; a kh:{name}", "task")
    }
    pattern = (
        "?task kh:elementOf {doc} ; a kh:Task ; kh:elementText ?text . "
        "OPTIONAL { ?task kh:taskPath ?path } OPTIONAL { ?task kh:modality ?modality } "
        "OPTIONAL { ?task kh:hasEvidence ?mark } OPTIONAL { ?task kh:inTaskGroup ?group } "
        "OPTIONAL { ?task kh:hasTimeframe ?time } OPTIONAL { ?task kh:statedIn/kh:clausePath ?clause } "
        "OPTIONAL { ?task kh:factStatus ?status }"
    )
    found: dict[str, Task] = {}
    for row in reader.rows(pattern, "task text path modality mark group time clause status"):
        iri = row["task"]
        if iri in found:
            continue
        found[iri] = Task(
            iri=iri,
            fragment=fragment(iri) or "",
            path=row.get("path") or iri.rsplit("/", 1)[-1],
            text=row["text"],
            kind=kinds.get(iri, "task"),
            modality=reader.named(row.get("modality")),
            group=fragment(row["group"]) if "group" in row else None,
            parts=tuple(parts.get(iri, ())),
            time=times.of(row.get("time")),
            dues=tuple(dues.get(iri, ())),
            themes=tuple(themes.get(iri, ())),
            mark=fragment(row["mark"]) if "mark" in row else None,
            clause=row.get("clause"),
            is_corrected="status" in row and not row["status"].endswith("/extracted"),
        )
    return tuple(sorted(found.values(), key=lambda t: (orders.get(t.clause or "", 0), t.iri)))


def _parts(reader: Reader) -> dict[str, list[Part]]:
    pattern = (
        "?given kh:elementOf {doc} ; kh:assignmentOf ?task ; kh:assignedTo ?agent ; kh:assignmentRole ?role . "
        "OPTIONAL { ?given kh:hasEvidence ?mark }"
    )
    found: dict[str, list[tuple[int, int, str, Part]]] = defaultdict(list)
    for row in reader.rows(pattern, "given task agent role mark"):
        agent = reader.named(row["agent"])
        role = row["role"].rsplit("/", 1)[-1]
        if agent is None:
            continue
        rank = _ROLES.index(role) if role in _ROLES else len(_ROLES)
        name = row["given"].rsplit("/", 1)[-1]
        place = int(digits) if (digits := name.rsplit("-", 1)[-1]).isdecimal() else 0
        mark = fragment(row["mark"]) if "mark" in row else None
        found[row["task"]].append((rank, place, row["given"], Part(role, agent, mark)))
    return {
        task: [part for *_, part in sorted(given, key=lambda g: g[:3])]
        for task, given in found.items()
    }


def _themes(reader: Reader) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for row in reader.rows(
        "?task kh:elementOf {doc} ; a kh:Task ; kh:hasTheme ?theme", "task theme"
    ):
        if theme := reader.named(row["theme"]):
            found[row["task"]].append(theme)
    return {task: sorted(themes, key=lambda t: t.label) for task, themes in found.items()}


def _dues(reader: Reader) -> dict[str, list[Due]]:
    found: dict[str, list[Due]] = defaultdict(list)
    for name in ("dueBefore", "dueBy"):
        pattern = f"?task kh:elementOf {{doc}} ; kh:hasDeadline ?due . ?due kh:{name} ?day"
        for row in reader.rows(pattern, "task due day"):
            found[row["task"]].append(Due(row["due"], row["day"], name == "dueBy"))
    return {task: sorted(dues, key=lambda d: d.day) for task, dues in found.items()}


def read_targets(reader: Reader, orders: dict[str, int]) -> tuple[Target, ...]:
    """The targets in the order of the text."""
    values = {name: _values(reader, name) for name in ("hasValue", "hasBaseline")}
    pattern = (
        "?target kh:elementOf {doc} ; a kh:Target . OPTIONAL { ?target kh:forIndicator ?indicator } "
        "OPTIONAL { ?target kh:hasEvidence ?mark } OPTIONAL { ?target kh:targetOf/kh:horizonYear ?goal } "
        "OPTIONAL { ?target kh:subTargetOf ?whole } OPTIONAL { ?target kh:statedIn/kh:clausePath ?clause }"
    )
    found: dict[str, Target] = {}
    for row in reader.rows(pattern, "target indicator mark goal whole clause"):
        iri = row["target"]
        mark = fragment(row["mark"]) if "mark" in row else None
        if iri in found or (mark or "").endswith("-sentence"):
            continue
        found[iri] = Target(
            iri=iri,
            fragment=fragment(iri) or "",
            label=reader.label(iri, "vi") or iri.rsplit("/", 1)[-1],
            indicator=reader.named(row.get("indicator")),
            value=values["hasValue"].get(iri),
            baseline=values["hasBaseline"].get(iri),
            goal_year=row.get("goal"),
            is_part="whole" in row,
            mark=mark,
            order=orders.get(row.get("clause", ""), 0),
        )
    return tuple(sorted(found.values(), key=lambda t: (t.order, t.fragment)))


def _values(reader: Reader, edge: str) -> dict[str, Value]:
    pattern = (
        f"?target kh:elementOf {{doc}} ; kh:{edge} ?value . ?value qudt:numericValue ?number . "
        "OPTIONAL { ?value kh:printedValue ?printed } OPTIONAL { ?value qudt:hasUnit ?unit } "
        "OPTIONAL { ?value kh:comparator ?comparator } OPTIONAL { ?value kh:referenceYear ?year } "
        "OPTIONAL { ?value kh:valuePeriod ?p . ?p time:hasBeginning/time:inXSDgYear ?begin ; "
        "time:hasEnd/time:inXSDgYear ?end }"
    )
    return {
        row["target"]: Value(
            row["number"],
            row.get("printed") or row["number"],
            reader.named(row.get("unit")),
            row.get("comparator", "").rsplit("/", 1)[-1],
            row.get("year"),
            (row["begin"], row["end"]) if "begin" in row and "end" in row else None,
        )
        for row in reader.rows(pattern, "target number printed unit comparator year begin end")
    }
