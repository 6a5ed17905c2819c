"""What follows from a plan together with the reference data: groups expanded to their members."""

from __future__ import annotations

from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from ..names import BASE, KH, VOC
from .writer import OURS, superclasses

_LEAD, _COORDINATING = VOC["role/lead"], VOC["role/coordinating"]
_SHORTCUT = {_LEAD: KH.leadAgency, _COORDINATING: KH.coordinatingAgency}


def infer(plan: Graph, reference: Graph) -> Graph:
    """Assignments of groups, one for each member known, under the same kh: properties, with
    kh:expandedFrom naming the group; meant for graph/inferred.

    What the plan says of a body by name goes before what it says of a group that the body is in:
    whoever is named as a lead or coordinator of a task is not inferred for it in the other role, and
    who leads, named or inferred, never coordinates.
    """
    members = {
        group: sorted(set(reference.objects(group, KH.groupMember)), key=str)
        for group in set(reference.subjects(KH.groupMember, None))
    }
    found = Graph()
    for task in sorted(set(plan.subjects(KH.hasAssignment, None)), key=str):
        named = {role: set(plan.objects(task, shortcut)) for role, shortcut in _SHORTCUT.items()}
        taken = named[_LEAD] | named[_COORDINATING]
        for role in (_LEAD, _COORDINATING):
            inferred = {
                (group, member)
                for group in named[role] & members.keys()
                for member in members[group]
                if member not in taken
            }
            for assignment in sorted(plan.objects(task, KH.hasAssignment), key=str):
                group = plan.value(assignment, KH.assignedTo)
                if group is None or plan.value(assignment, KH.assignmentRole) != role:
                    continue
                for member in members.get(group, ()):
                    if (group, member) in inferred:
                        _add(found, reference, task, assignment, role, group, member)
            taken |= {member for _, member in inferred}
    return found


def _add(
    found: Graph,
    reference: Graph,
    task: Node,
    assignment: Node,
    role: URIRef,
    group: Node,
    member: Node,
) -> None:
    short = str(member).removeprefix(BASE).removeprefix("agency/").replace("/", "-")
    node = URIRef(f"{assignment}/{short}")
    names = {
        label.language: str(label)
        for label in reference.objects(member, RDFS.label)
        if isinstance(label, Literal)
    }
    found.add((node, RDF.type, KH.Assignment))
    for above in superclasses()[str(KH.Assignment)]:
        found.add((node, RDF.type, URIRef(above)))
    for lang, words in (("vi", "Suy ra từ nhóm"), ("en", "Inferred from the group")):
        name = names.get(lang) or names.get("vi") or short
        found.add((node, RDFS.label, Literal(f"{words}: {name}", lang=lang)))
    found.add((node, KH.labelStatus, OURS))
    found.add((node, KH.assignmentOf, task))
    found.add((node, KH.assignedTo, member))
    found.add((node, KH.assignmentRole, role))
    found.add((node, KH.expandedFrom, group))
    found.add((task, KH.hasAssignment, node))
    found.add((task, _SHORTCUT[role], member))
