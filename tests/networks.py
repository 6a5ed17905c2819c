"""A made-up corpus, as large as one likes, with the shape of real ones: agencies by province, tasks by plan."""

from __future__ import annotations

import random
from collections.abc import Iterator

from kg.names import BASE, GRAPH_INFERRED, PREFIXES

_A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = PREFIXES["rdfs"] + "label"
_KH = PREFIXES["kh"]


def made_up_corpus(plans: int, tasks: int, seed: int = 1) -> Iterator[bytes]:
    """N-Quads, a chunk a plan: *tasks* tasks each, with a lead, up to four coordinators and a group of ten."""
    chance = random.Random(seed)
    reference = f"{BASE}graph/reference"
    lines = [
        _quad(f"{BASE}voc/role/{slug}", prop, value, reference)
        for slug, vi in (("lead", "Chủ trì"), ("coordinating", "Phối hợp"))
        for prop, value in ((_A, f"<{_KH}AssignmentRole>"), (_LABEL, f'"{vi}"@vi'))
    ]
    for province in range(min(plans, 63)):
        group = f"{BASE}group/p{province}/so"
        lines.append(_quad(group, _A, f"<{_KH}AgentGroup>", reference))
        lines.append(_quad(group, _LABEL, f'"Các sở tỉnh {province}"@vi', reference))
        for n in range(30):
            agency = f"{BASE}agency/p{province}/so-{n}"
            lines.append(_quad(agency, _A, f"<{_KH}Agency>", reference))
            lines.append(_quad(agency, _LABEL, f'"Sở số {n} tỉnh {province}"@vi', reference))
            if n < 10:
                lines.append(_quad(group, _KH + "groupMember", f"<{agency}>", reference))
    yield "\n".join(lines).encode() + b"\n"
    for number in range(plans):
        yield "\n".join(_plan(chance, number, tasks)).encode() + b"\n"


def _plan(chance: random.Random, number: int, tasks: int) -> Iterator[str]:
    province = number % 63
    plan = f"{BASE}doc/p{province}/ubnd/kh/2021/{number}"
    agencies = [f"{BASE}agency/p{province}/so-{n}" for n in range(30)]
    yield _quad(plan, _A, f"<{_KH}AdministrativePlan>", plan)
    yield _quad(plan, _LABEL, f'"Kế hoạch số {number}/KH-UBND"@vi', plan)
    for n in range(tasks):
        task, clause = f"{plan}/task/II.{n}", f"{plan}/c/sec_II__para_{n}"
        yield _quad(clause, _LABEL, f'"khoản {n}, Mục II, {number}/KH-UBND"@vi', plan)
        for prop, value in (
            (_A, f"<{_KH}Task>"),
            (_LABEL, f'"Nhiệm vụ {n}"@vi'),
            (_KH + "elementOf", f"<{plan}>"),
            (_KH + "statedIn", f"<{clause}>"),
            (_KH + "taskPath", f'"II.{n}"'),
            (_KH + "elementText", f'"Thực hiện nhiệm vụ số {n}."'),
        ):
            yield _quad(task, prop, value, plan)
        lead = agencies[min(29, int(chance.expovariate(0.2)))]
        roles = [("lead", lead)]
        others = chance.sample([a for a in agencies if a != lead], chance.randint(0, 4))
        roles += [("coordinating", agency) for agency in others]
        if n % 5 == 0:
            roles.append(("coordinating", f"{BASE}group/p{province}/so"))
        for place, (role, agent) in enumerate(roles):
            node = f"{task}/as/{role}-{place}"
            yield from _assigned(task, node, role, agent, plan)
            yield _quad(node, _KH + "statedIn", f"<{clause}>", plan)
            if "/group/" in agent:
                for member in agencies[:10]:
                    if member not in (lead, *others):
                        inferred = f"{node}/{member.rsplit('/', 1)[1]}"
                        yield from _assigned(task, inferred, role, member, GRAPH_INFERRED)
                        yield _quad(inferred, _KH + "expandedFrom", f"<{agent}>", GRAPH_INFERRED)


def _assigned(task: str, node: str, role: str, agent: str, graph: str) -> Iterator[str]:
    yield _quad(task, _KH + "hasAssignment", f"<{node}>", graph)
    yield _quad(node, _KH + "assignedTo", f"<{agent}>", graph)
    yield _quad(node, _KH + "assignmentRole", f"<{BASE}voc/role/{role}>", graph)


def _quad(subject: str, prop: str, value: str, graph: str) -> str:
    return f"<{subject}> <{prop}> {value} <{graph}> ."
