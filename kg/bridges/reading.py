"""A plan's facts, as the formats of other fields need them: rows of plain strings, by what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from ..citation import locator
from ..errors import UnknownName
from ..network.reading import Ask, key, rows

Row = dict[str, str]
_LABEL = 'OPTIONAL {{ ?{0} rdfs:label ?{0}Label FILTER(LANG(?{0}Label) = "vi") }} '
_PLAN = (
    "?plan a ?any OPTIONAL { ?plan eli:id_local ?number } OPTIONAL { ?plan eli:date_document ?date } "
    "OPTIONAL { ?plan eli:is_realized_by/eli:title ?title } OPTIONAL { ?plan kh:issuedBy ?issuer } "
    "OPTIONAL { ?plan eli:type_document ?type } OPTIONAL { ?plan kh:appliesInUnit ?unit } "
) + "".join(_LABEL.format(name) for name in ("plan", "issuer", "type", "unit"))
_CLAUSES = (
    "?clause kh:clauseOf ?plan ; kh:clausePath ?path . OPTIONAL { ?clause kh:clauseOrder ?order } "
    "OPTIONAL { ?clause eli:type_subdivision ?kind } OPTIONAL { ?clause eli:number ?number } "
    "OPTIONAL { ?clause kh:heading ?heading } OPTIONAL { ?clause kh:clauseText ?text } "
    "OPTIONAL { ?clause eli:is_part_of ?parent } "
) + _LABEL.format("clause")
_ELEMENT = (
    "?element kh:elementOf ?plan . OPTIONAL { ?element kh:elementText ?text } "
    "OPTIONAL { ?element kh:statedIn ?clause OPTIONAL { ?clause kh:clauseOrder ?order } } "
    + _LABEL.format("element")
)
_GOALS = "?element a kh:Goal . " + _ELEMENT + "OPTIONAL { ?element kh:horizonYear ?year } "
_VALUE = (
    "OPTIONAL {{ ?element kh:{0} ?{1} OPTIONAL {{ ?{1} qudt:numericValue ?{1}Number }} "
    "OPTIONAL {{ ?{1} kh:printedValue ?{1}Printed }} OPTIONAL {{ ?{1} kh:unitText ?{1}Unit }} "
    "OPTIONAL {{ ?{1} kh:comparator/skos:notation ?{1}Comparator }} OPTIONAL {{ ?{1} kh:referenceYear ?{1}Year }} "
    "OPTIONAL {{ ?{1} kh:valuePeriod ?{1}Period OPTIONAL {{ ?{1}Period time:hasBeginning/(time:inXSDgYear|time:inXSDDate) ?{1}Begin }} "
    "OPTIONAL {{ ?{1}Period time:hasEnd/(time:inXSDgYear|time:inXSDDate) ?{1}End }} }} }} "
)
_TARGETS = (
    "?element a kh:Target . "
    + _ELEMENT
    + "OPTIONAL { ?element kh:targetOf ?goal } OPTIONAL { ?element kh:forIndicator ?indicator } "
    + _LABEL.format("indicator")
    + _VALUE.format("hasValue", "value")
    + _VALUE.format("hasBaseline", "baseline")
)
_GROUPS = "?element a kh:TaskGroup . " + _ELEMENT
_TASKS = (
    "?element a kh:Task . "
    + _ELEMENT
    + "OPTIONAL { ?element kh:taskPath ?path } OPTIONAL { ?element kh:inTaskGroup ?group } "
    "OPTIONAL { ?element kh:modality ?modality } OPTIONAL { ?element kh:hasTimeframe ?time "
    "OPTIONAL { ?time kh:timeText ?timeText } OPTIONAL { ?time kh:interval ?in "
    "OPTIONAL { ?in time:hasBeginning/(time:inXSDgYear|time:inXSDDate) ?begin } "
    "OPTIONAL { ?in time:hasEnd/(time:inXSDgYear|time:inXSDDate) ?end } } } "
) + _LABEL.format("modality")
_PARTS = (
    "?element a kh:Assignment ; kh:assignmentOf ?task ; kh:assignedTo ?agent ; kh:assignmentRole ?role . "
    "OPTIONAL { ?element kh:statedIn ?clause } ?element kh:elementOf ?plan . "
) + "".join(_LABEL.format(name) for name in ("agent", "role"))
_THEMES = "?task a kh:Task ; kh:elementOf ?plan ; kh:hasTheme ?theme . " + _LABEL.format("theme")
_CITED = (
    "?element a kh:Citation ; kh:citedDocument ?document . "
    + _ELEMENT
    + "OPTIONAL { ?element kh:citationRelation ?relation } "
    + _LABEL.format("document")
    + _LABEL.format("relation")
)
_PURPOSES = "?element a kh:Purpose . " + _ELEMENT
_REQUIREMENTS = "?element a kh:Requirement . " + _ELEMENT


@dataclass(frozen=True, slots=True)
class Facts:
    """*plan* and the rows of each kind, in the order of the text; what is not known is not in its row.

    Every row that is stated in a clause has its *clause* (IRI); every element its *element* (IRI).
    """

    plan: Row
    clauses: tuple[Row, ...]
    goals: tuple[Row, ...]
    targets: tuple[Row, ...]
    groups: tuple[Row, ...]
    tasks: tuple[Row, ...]
    parts: tuple[Row, ...]
    themes: tuple[Row, ...]
    cited: tuple[Row, ...]
    purposes: tuple[Row, ...]
    requirements: tuple[Row, ...]

    @property
    def iri(self) -> str:
        return self.plan["plan"]

    @property
    def label(self) -> str:
        return self.plan.get("planLabel") or self.plan.get("number") or self.iri

    def citation(self, clause: str | None) -> str:
        """How a clause is cited; the plan as a whole where none is given."""
        for row in self.clauses if clause else ():
            if row["clause"] == clause and "clauseLabel" in row:
                where = locator(row["clauseLabel"], self.plan.get("number", ""))
                return f"{where}, {self.label}"
        return self.label


def read_facts(ask: Ask, plan: str) -> Facts:
    """The facts of the plan with this IRI; ``UnknownName`` where no clause of it is held."""
    try:
        node = str(ox.NamedNode(plan))
    except ValueError as fault:
        raise UnknownName(f"«{plan}» is no IRI ({fault})") from None

    def read(pattern: str, of: str = "element") -> tuple[Row, ...]:
        text = f"SELECT DISTINCT * WHERE {{ VALUES ?plan {{ {node} }} {pattern} }}"
        found: dict[tuple[str, ...], Row] = {}
        for row in rows(ask, text):
            told = {name: key(term) for name, term in row.items() if term is not None}
            which = tuple(told.get(name, "") for name in of.split())
            found.setdefault(which, told)
        return tuple(sorted(found.values(), key=_order))

    (about, *_) = read(_PLAN, "plan") or ({},)
    clauses = read(_CLAUSES, "clause")
    if not about or not clauses:
        raise UnknownName(f"no text of <{plan}> is held here; «kg ask document/plans» lists plans")
    return Facts(
        plan=about,
        clauses=clauses,
        goals=read(_GOALS),
        targets=read(_TARGETS),
        groups=read(_GROUPS),
        tasks=read(_TASKS),
        parts=read(_PARTS),
        themes=read(_THEMES, "task theme"),
        cited=read(_CITED),
        purposes=read(_PURPOSES),
        requirements=read(_REQUIREMENTS),
    )


def _order(row: Row) -> tuple[int, str]:
    order = row.get("order", "")
    which = row.get("element") or row.get("clause") or row.get("task", "")
    return (int(order) if order.isdecimal() else 0, natural(which + row.get("theme", "")))


def natural(text: str) -> str:
    """A key by which «p2» comes before «p10»."""
    return re.sub(r"\d+", lambda found: found.group().zfill(6), text)
