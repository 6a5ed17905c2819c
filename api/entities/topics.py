"""The topics under which the ontology is told, and which classes belong to each."""

from __future__ import annotations

from typing import NamedTuple


class Topic(NamedTuple):
    """*key* names it in addresses; *classes* by their local names."""

    key: str
    vi: str
    en: str
    classes: tuple[str, ...]


TOPICS = (
    Topic(
        "documents",
        "Văn bản và bố cục",
        "Documents and their layout",
        ("PolicyDocument", "AdministrativePlan", "PartyDocument", "Clause", "Signing", "Citation"),
    ),
    Topic(
        "elements",
        "Mục tiêu, chỉ tiêu",
        "Goals and targets",
        (
            "Purpose",
            "Requirement",
            "Goal",
            "Target",
            "NationalTarget",
            "Indicator",
            "IndicatorValue",
            "Alignment",
            "DocumentComparison",
        ),
    ),
    Topic(
        "tasks",
        "Nhiệm vụ và phân công",
        "Tasks and responsibility",
        (
            "TaskGroup",
            "Task",
            "ReportingDuty",
            "MonitoringDuty",
            "Assignment",
            "AssignmentRole",
            "ExpectedOutput",
            "PolicyTheme",
            "ThemeAssignment",
        ),
    ),
    Topic("time", "Thời gian", "Time", ("Timeframe", "RecurringSchedule", "Deadline")),
    Topic(
        "bodies",
        "Cơ quan và địa bàn",
        "Bodies and places",
        (
            "Agency",
            "PeoplesCommittee",
            "ProvincialDepartment",
            "CentralAgency",
            "CentralAgencyBranch",
            "PublicServiceUnit",
            "SocialOrganization",
            "AgentGroup",
            "AdministrativeUnit",
        ),
    ),
    Topic(
        "changes",
        "Hiệu lực, sắp xếp, liên kết",
        "Force, reorganisation, links",
        ("LegalEvent", "UnitChange", "TypeChange", "OpenPoint", "Link"),
    ),
    Topic(
        "evidence",
        "Căn cứ, rà soát",
        "Evidence and review",
        ("PlanElement", "SourceMention", "Review", "Correction", "Confirmation"),
    ),
    Topic("other", "Dùng chung", "For all of them", ()),
)
_TOPIC = {name: topic.key for topic in TOPICS for name in topic.classes}


def topic_of(name: str) -> str:
    """The key of the topic that the class with this local name belongs to."""
    return _TOPIC.get(name, "other")
