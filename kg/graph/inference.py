"""What follows from a plan together with the reference data: groups expanded to their members."""

from __future__ import annotations

from rdflib import RDF, RDFS, Graph, Literal, URIRef

from ..names import KH, VOC
from .writer import OURS

_SHORTCUT = {
    VOC["role/lead"]: KH.leadAgency,
    VOC["role/coordinating"]: KH.coordinatingAgency,
}


def infer(plan: Graph, reference: Graph) -> Graph:
    """Assignments of groups, one for each member known; the lead of a task never coordinates in it.

    The same kh: properties, with kh:expandedFrom naming the group; meant for graph/inferred.
    """
    found = Graph()
    for assignment, role in sorted(plan.subject_objects(KH.assignmentRole), key=str):
        shortcut = _SHORTCUT.get(role)  # type: ignore[call-overload]
        group = plan.value(assignment, KH.assignedTo)
        task = plan.value(assignment, KH.assignmentOf)
        members = sorted(reference.objects(group, KH.groupMember), key=str)
        if shortcut is None or task is None or group is None or not members:
            continue
        leads = set(plan.objects(task, KH.leadAgency))
        named = set(plan.objects(task, shortcut))
        for member in members:
            if member in named or (shortcut == KH.coordinatingAgency and member in leads):
                continue
            node = URIRef(
                f"{assignment}/{str(member).split('/kehoach/agency/')[-1].replace('/', '-')}"
            )
            label = reference.value(member, RDFS.label)
            found.add((node, RDF.type, KH.Assignment))
            found.add((node, RDFS.label, Literal(f"Suy ra từ nhóm: {label}", lang="vi")))
            found.add((node, RDFS.label, Literal(f"Inferred from the group: {label}", lang="en")))
            found.add((node, KH.labelStatus, OURS))
            found.add((node, KH.assignmentOf, task))
            found.add((node, KH.assignedTo, member))
            found.add((node, KH.assignmentRole, role))
            found.add((node, KH.expandedFrom, group))
            found.add((task, KH.hasAssignment, node))
            found.add((task, shortcut, member))
    return found
