"""The network as a picture for print: SVG on a page of A3, with title, legend and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from xml.etree import ElementTree as ET

from ..raster import FONT
from .exporting import KIND_COLOURS, printable
from .lettering import Box, Placed, Wanted, letter, width_of, wrap
from .model import Responsibilities
from .projecting import Network

WIDTH, HEIGHT = 1587.0, 1123.0  # A3 across, at 96 dots an inch
_FACES = f"'{FONT}', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
_FIELD = Box(48, 112, WIDTH - 48, HEIGHT - 92)
_LARGEST = 110.0  # dots that a unit of the layout may take
_WIDER = 1.5  # the page lies across, and names are wide
_COMPARED = 600  # nodes up to which each is compared with each
_MANY = 3000  # edges up to which each is an element with a title of its own
_LABELLED = 160
# By role: colour (told apart by the colour-blind too), width, dashes (told apart without colour).
_ROLES = {
    "lead": ("#0072b2", 2.2, ""),
    "coordinating": ("#e08a00", 1.1, ""),
    "focal": ("#009e73", 1.8, "7 3"),
    "recipient": ("#b4589a", 1.4, "2 3"),
    "monitor": ("#3f97cf", 1.4, "7 3 2 3"),
    "leads": ("#0072b2", 1.0, ""),
    "co-work": ("#7a7a7a", 1.0, ""),
}
_OTHER = ("#333333", 1.2, "1 3")
_WORDS = {
    "title": {"vi": "Mạng lưới trách nhiệm", "en": "Responsibility network"},
    "agency": {"vi": "Cơ quan, tổ chức", "en": "Agency"},
    "group": {"vi": "Nhóm, như văn bản viết", "en": "Group, as written"},
    "association": {"vi": "Hội, hiệp hội, doanh nghiệp", "en": "Association or enterprise body"},
    "agent": {"vi": "Chủ thể khác", "en": "Other body"},
    "task": {"vi": "Nhiệm vụ", "en": "Task"},
    "written": {"vi": "nhóm giữ như văn bản viết", "en": "groups as written"},
    "expanded": {"vi": "nhóm thay bằng các thành viên", "en": "groups replaced by their members"},
    "plans": {"vi": "{} kế hoạch", "en": "{} plans"},
    "none": {"vi": "Không có dữ liệu", "en": "No data"},
    "theme": {"vi": "chủ đề: {}", "en": "theme: {}"},
    "period": {"vi": "thời gian: {}", "en": "period: {}"},
    "counts": {
        "vi": "{} cơ quan, {} nhiệm vụ, {} phân công",
        "en": "{} agencies, {} tasks, {} assignments",
    },
    "size": {
        "vi": "Hình càng lớn: càng nhiều quan hệ",
        "en": "The larger a shape, the more ties it has",
    },
    "width": {
        "vi": "Nét càng đậm: càng nhiều nhiệm vụ chung",
        "en": "The thicker a line, the more tasks are shared",
    },
}


@dataclass(frozen=True, slots=True)
class _Node:
    x: float
    y: float
    radius: float
    kind: str
    degree: int
    label: str


def to_svg(data: Responsibilities, graph: Network) -> str:
    """*graph*, a projection of *data* whose nodes have x, y and degree (see ``exporting.described``).

    Every node and, where they are not too many, every edge has a title, which a browser shows.
    """
    lang = "en" if data.lang == "en" else "vi"
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": "420mm",
            "height": "297mm",
            "viewBox": f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
            "font-family": _FACES,
            "role": "img",
            "lang": lang,
        },
    )
    title = _title(data, lang)
    _text(svg, "title", f"{_WORDS['title'][lang]}: {title}")
    ET.SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _line(svg, _FIELD.left, 52, _WORDS["title"][lang], 26, weight="600")
    _line(svg, _FIELD.left, 76, wrap(title, 150, 1)[0] if title else "", 15)
    _line(svg, _FIELD.left, 96, _scope(data, lang), 12.5, fill="#555555")
    nodes = _nodes(graph)
    _edges(svg, graph, nodes)
    for name in sorted(nodes, key=lambda name: (nodes[name].kind != "task", name)):
        _shape(svg, nodes[name], nodes[name].label)
    _labels(svg, graph, nodes)
    _legend(svg, data, graph, lang)
    ET.indent(svg, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(svg, "unicode") + "\n"


def _title(data: Responsibilities, lang: str) -> str:
    plans = data.plans
    if not plans:
        return _WORDS["none"][lang]
    if len(plans) == 1:
        return data.label(plans[0])
    years = sorted(date[:4] for plan, date in data.dates.items() if plan in plans)
    span = f", {years[0]}–{years[-1]}" if years else ""
    return _WORDS["plans"][lang].format(_number(len(plans), lang)) + span


def _scope(data: Responsibilities, lang: str) -> str:
    scope = data.scope
    counts = (len(data.agents), len(data.tasks), len(data.assignments))
    parts = [_WORDS["counts"][lang].format(*(_number(n, lang) for n in counts))]
    if scope.theme:
        parts.append(_WORDS["theme"][lang].format(data.label(scope.theme)))
    if scope.period:
        first, last = scope.period
        parts.append(_WORDS["period"][lang].format(first if first == last else f"{first}–{last}"))
    parts.append(_WORDS["expanded" if scope.expanded else "written"][lang])
    return "  ·  ".join(parts)


def _number(n: int, lang: str) -> str:
    return f"{n:,}" if lang == "en" else f"{n:,}".replace(",", ".")


def _nodes(graph: Network) -> dict[str, _Node]:
    """Every node on the page; a high layout is turned to lie across."""
    if not graph:
        return {}
    points = {name: (float(n["x"]), -float(n["y"])) for name, n in graph.nodes(data=True)}
    left, top = (min(p[axis] for p in points.values()) for axis in (0, 1))
    wide, high = (
        max(p[axis] for p in points.values()) - low for axis, low in ((0, left), (1, top))
    )
    if high > wide:
        points = {name: (y, x) for name, (x, y) in points.items()}
        left, top, wide, high = top, left, high, wide
    room_x, room_y = _FIELD.right - _FIELD.left - 120, _FIELD.bottom - _FIELD.top - 60
    scale_y = min(room_x / max(wide, 1e-9), room_y / max(high, 1e-9), _LARGEST / 60)
    scale_x = min(room_x / max(wide, 1e-9), scale_y * _WIDER)
    dx = (_FIELD.left + _FIELD.right - wide * scale_x) / 2
    dy = (_FIELD.top + _FIELD.bottom - high * scale_y) / 2
    most = max(int(n["degree"]) for _, n in graph.nodes(data=True)) or 1
    grown = 13 if sum(n["kind"] != "task" for _, n in graph.nodes(data=True)) <= 30 else 6
    shrink = min(1.0, max(0.1, (room_x * room_y / len(graph)) ** 0.5 / 70))
    found: dict[str, _Node] = {}
    for name, node in graph.nodes(data=True):
        x, y = points[name]
        degree, kind = int(node["degree"]), str(node["kind"])
        radius = 4.5 if kind == "task" else 7 + grown * (degree / most) ** 0.5
        found[name] = _Node(
            dx + (x - left) * scale_x,
            dy + (y - top) * scale_y,
            radius * shrink,
            kind,
            degree,
            printable(node.get("text") or node["label"]),
        )
    return _apart(found) if len(found) <= _COMPARED else found


def _apart(nodes: dict[str, _Node]) -> dict[str, _Node]:
    """The same, those made smaller that would cover each other."""
    found: dict[str, _Node] = {}
    for name, node in nodes.items():
        nearest = min(
            (hypot(node.x - n.x, node.y - n.y) for other, n in nodes.items() if other != name),
            default=WIDTH,
        )
        found[name] = replace(node, radius=min(node.radius, max(3.5, 0.5 * nearest)))
    return found


def _edges(svg: ET.Element, graph: Network, nodes: dict[str, _Node]) -> None:
    """The lines, leads uppermost."""
    heaviest = max((int(tie["weight"]) for _, _, tie in graph.edges(data=True)), default=1)
    by_role: dict[str, list[tuple[str, str, dict[str, object]]]] = {}
    for u, v, tie in graph.edges(data=True):
        by_role.setdefault(str(tie["role"]), []).append((u, v, tie))
    count = graph.number_of_edges()
    thin = min(1.0, max(0.12, (200 / max(count, 1)) ** 0.5))
    for role in sorted(by_role, key=lambda role: (role in ("lead", "leads"), role)):
        colour, width, dashes = _ROLES.get(role, _OTHER)
        look = {"stroke": colour, "fill": "none", "stroke-opacity": f"{max(0.2, 0.75 * thin):.2f}"}
        if dashes:
            look["stroke-dasharray"] = dashes
        group = ET.SubElement(svg, "g", look)
        if count > _MANY:
            paths = " ".join(_path(nodes[u], nodes[v], 0) for u, v, _ in by_role[role])
            ET.SubElement(group, "path", {"d": paths, "stroke-width": f"{width * thin:.2f}"})
            continue
        seen: dict[tuple[str, str], int] = {}
        for u, v, tie in by_role[role]:
            bend = (
                0.06 * (list(_ROLES).index(role) if role in _ROLES else 5)
                if graph.is_multigraph()
                else 0.0
            )
            bend += 0.05 * seen.get((u, v), 0)
            seen[(u, v)] = seen.get((u, v), 0) + 1
            bend = 0.12 if graph.is_directed() and not graph.is_multigraph() else bend
            weight = int(str(tie["weight"]))
            thick = (
                width * thin * (1 + 3 * (weight - 1) / max(heaviest, 2))
                if heaviest > 1
                else width * thin
            )
            line = ET.SubElement(
                group,
                "path",
                {"d": _path(nodes[u], nodes[v], bend), "stroke-width": f"{thick:.2f}"},
            )
            if graph.is_directed() and not graph.is_multigraph():
                _arrow(group, nodes[u], nodes[v], bend, colour)
            said = f"{graph.nodes[u]['label']} – {graph.nodes[v]['label']}: {tie['label']} ({tie['clause']})"
            _text(line, "title", printable(said))


def _path(a: _Node, b: _Node, bend: float) -> str:
    if not bend:
        return f"M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}"
    x, y = _bent(a, b, bend)
    return f"M{a.x:.1f} {a.y:.1f}Q{x:.1f} {y:.1f} {b.x:.1f} {b.y:.1f}"


def _bent(a: _Node, b: _Node, bend: float) -> tuple[float, float]:
    return (a.x + b.x) / 2 - (b.y - a.y) * bend, (a.y + b.y) / 2 + (b.x - a.x) * bend


def _arrow(group: ET.Element, a: _Node, b: _Node, bend: float, colour: str) -> None:
    """A head where the line from *a* reaches the edge of *b*."""
    x, y = _bent(a, b, bend)
    dx, dy = b.x - x, b.y - y
    length = (dx**2 + dy**2) ** 0.5
    if length <= b.radius:
        return
    dx, dy = dx / length, dy / length
    tip_x, tip_y = b.x - dx * b.radius, b.y - dy * b.radius
    size = 5.0
    points = (
        (tip_x, tip_y),
        (tip_x - size * dx - size * 0.45 * dy, tip_y - size * dy + size * 0.45 * dx),
        (tip_x - size * dx + size * 0.45 * dy, tip_y - size * dy - size * 0.45 * dx),
    )
    ET.SubElement(
        group,
        "polygon",
        {
            "points": " ".join(f"{px:.1f},{py:.1f}" for px, py in points),
            "fill": colour,
            "stroke": "none",
        },
    )


def _shape(parent: ET.Element, node: _Node, title: str) -> None:
    """An agency is round, a group a square, an association a diamond, a task a small square."""
    look = {"fill": KIND_COLOURS[node.kind], "stroke": "#ffffff", "stroke-width": "1"}
    r = node.radius
    if node.kind in ("group", "task"):
        side = r * (1.7 if node.kind == "group" else 1.5)
        at = {"x": node.x - side / 2, "y": node.y - side / 2, "width": side, "height": side}
        shape = ET.SubElement(parent, "rect", {k: f"{v:.1f}" for k, v in at.items()} | look)
        if node.kind == "group":
            shape.set("rx", f"{r * 0.3:.1f}")
    elif node.kind == "association":
        corners = ((0, -r), (r, 0), (0, r), (-r, 0))
        points = " ".join(f"{node.x + dx:.1f},{node.y + dy:.1f}" for dx, dy in corners)
        shape = ET.SubElement(parent, "polygon", {"points": points} | look)
    else:
        at = {"cx": node.x, "cy": node.y, "r": r}
        shape = ET.SubElement(parent, "circle", {k: f"{v:.1f}" for k, v in at.items()} | look)
    if title:
        _text(shape, "title", title)


def _labels(svg: ET.Element, graph: Network, nodes: dict[str, _Node]) -> None:
    """Names of the agencies, those with most ties first; the paths of tasks where there is room."""
    agents = [name for name, node in nodes.items() if node.kind != "task"]
    agents.sort(key=lambda name: (-nodes[name].degree, name))
    needed = 60 if len(agents) <= 60 else 15
    size = 11.5 if len(agents) <= 30 else 10.0
    wanted = [
        _wanted(nodes[name], wrap(nodes[name].label, 24, 4), size, needed=n < needed)
        for n, name in enumerate(agents[:_LABELLED])
    ]
    tasks = [name for name, node in nodes.items() if node.kind == "task"]
    if len(tasks) <= _LABELLED:
        wanted += [
            _wanted(nodes[name], (printable(str(graph.nodes[name]["path"])),), 8.5, needed=False)
            for name in tasks
        ]
    obstacles = [
        Box(n.x - n.radius, n.y - n.radius, n.x + n.radius, n.y + n.radius)
        for n in nodes.values()
        if n.radius > 1.5
    ]
    group = ET.SubElement(
        svg,
        "g",
        {
            "fill": "#111111",
            "stroke": "#ffffff",
            "stroke-width": "3.6",
            "stroke-linejoin": "round",
            "paint-order": "stroke",
        },
    )
    for placed in letter([w for w in wanted if w.lines], obstacles, _FIELD):
        _write(group, placed)


def _wanted(node: _Node, lines: tuple[str, ...], size: float, *, needed: bool) -> Wanted:
    return Wanted(lines, node.x, node.y, node.radius, size, needed)


def _write(parent: ET.Element, placed: Placed) -> None:
    text = ET.SubElement(
        parent, "text", {"font-size": f"{placed.size:g}", "text-anchor": placed.anchor}
    )
    for number, line in enumerate(placed.lines):
        at = {"x": f"{placed.x:.1f}", "y": f"{placed.y + number * placed.size * 1.15:.1f}"}
        _text(text, "tspan", line, at)


def _legend(svg: ET.Element, data: Responsibilities, graph: Network, lang: str) -> None:
    group = ET.SubElement(svg, "g", {"id": "legend"})
    y = HEIGHT - 58
    ET.SubElement(
        group,
        "path",
        {"d": f"M{_FIELD.left:.0f} {y - 22:.0f}H{_FIELD.right:.0f}", "stroke": "#cccccc"},
    )
    x = _FIELD.left
    kinds = {str(kind) for _, kind in graph.nodes(data="kind")}
    for kind in (k for k in KIND_COLOURS if k in kinds):
        radius = 4.5 if kind == "task" else 8.0
        _shape(group, _Node(x + 8, y, radius, kind, 0, ""), "")
        x = _line(group, x + 22, y + 4, _WORDS[kind][lang], 12) + 24
    labels = {str(t["role"]): str(t["label"]) for _, _, t in graph.edges(data=True)}
    for role in [*(r for r in _ROLES if r in labels), *sorted(labels.keys() - _ROLES.keys())]:
        colour, width, dashes = _ROLES.get(role, _OTHER)
        line = {"d": f"M{x:.0f} {y:.0f}h34", "stroke": colour, "stroke-width": f"{width + 0.6:g}"}
        ET.SubElement(group, "path", line | ({"stroke-dasharray": dashes} if dashes else {}))
        x = _line(group, x + 42, y + 4, labels[role], 12) + 24
    notes = [_WORDS["size"][lang]]
    if not graph.is_multigraph():
        notes.append(_WORDS["width"][lang])
    sources = [*data.plans[:1]] if len(data.plans) == 1 else []
    _line(group, _FIELD.left, HEIGHT - 28, "  ·  ".join([*notes, *sources]), 11, fill="#555555")


def _line(
    parent: ET.Element,
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    fill: str = "#111111",
    weight: str = "400",
) -> float:
    """One line of text; where it ends, about."""
    at = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:g}", "fill": fill}
    _text(parent, "text", printable(words), at | {"font-weight": weight})
    return x + width_of(words, size)


def _text(
    parent: ET.Element, tag: str, words: str, attributes: dict[str, str] | None = None
) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes or {})
    element.text = words
    return element
