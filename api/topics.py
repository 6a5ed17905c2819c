"""What the topics of the question catalogue are called, in the order in which they are shown."""

from __future__ import annotations

TOPICS = {
    "task": ("Nhiệm vụ", "Tasks"),
    "agency": ("Cơ quan", "Agencies"),
    "unit": ("Đơn vị hành chính", "Administrative units"),
    "target": ("Chỉ tiêu", "Targets"),
    "time": ("Thời gian", "Time"),
    "report": ("Báo cáo", "Reporting"),
    "document": ("Văn bản", "Documents"),
    "clause": ("Bố cục và nguyên văn", "Clauses and source words"),
    "quality": ("Độ đầy đủ", "Completeness"),
    "alignment": ("Đối chiếu với cấp trên", "Beside documents above"),
    "corpus": ("So sánh nhiều kế hoạch", "Across many plans"),
}


def topic_name(topic: str, lang: str) -> str:
    """The name of *topic*; the word of its address where none is given."""
    names = TOPICS.get(topic, (topic, topic))
    return names[0 if lang == "vi" else 1]
