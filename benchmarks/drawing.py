"""A plot of the figures as SVG: one group of bars a query, one bar a server, on a logarithmic scale."""

from __future__ import annotations

import math
from html import escape
from typing import Any

_COLOURS = ("#1b6ca8", "#7fb2d9", "#c9722b", "#8a8a8a")


def bars(result: dict[str, Any]) -> str:
    """p50 of one client by query and server."""
    servers = result["servers"]
    native = next(iter(servers.values()))
    queries = [key.removesuffix(", 1 clients") for key in native if key.endswith(", 1 clients")]
    values = {
        (query, name): server[key]["p50"]
        for query in queries
        for name, server in servers.items()
        if (key := f"{query}, 1 clients") in server
    }
    low = 10 ** math.floor(math.log10(min(values.values())))
    high = 10 ** math.ceil(math.log10(max(values.values())))
    height, left, top = 300, 60, 50
    step = 30 + 18 * len(servers)

    def y(value: float) -> float:
        return top + height * (1 - math.log(value / low) / math.log(high / low))

    title = f"p50 in ms, one client, {result['plans']} plan(s), {result['quads']:,} statements (logarithmic)"
    box = f"0 0 {left + step * len(queries) + 20} {top + height + 60}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12">',
        f"<title>{title}</title>",
        f'<text x="{left}" y="18" font-size="14">{title}</text>',
    ]
    tick = low
    while tick <= high:
        parts.append(
            f'<line x1="{left}" x2="{left + step * len(queries)}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#ddd"/>'
        )
        parts.append(
            f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
        tick *= 10
    for i, name in enumerate(servers):
        x = left + 170 * i
        parts.append(f'<rect x="{x}" y="27" width="12" height="12" fill="{_COLOURS[i % 4]}"/>')
        parts.append(f'<text x="{x + 18}" y="37">{escape(name)}</text>')
    for q, query in enumerate(queries):
        start = left + step * q + 15
        for i, name in enumerate(servers):
            if (value := values.get((query, name))) is None:
                continue
            parts.append(
                f'<rect x="{start + 18 * i}" y="{y(value):.1f}" width="16" height="{top + height - y(value):.1f}" '
                f'fill="{_COLOURS[i % 4]}"><title>{escape(name)}, {escape(query)}: {value} ms</title></rect>'
            )
        parts.append(
            f'<text x="{start + 9 * len(servers)}" y="{top + height + 18}" text-anchor="middle">{escape(query)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def stacked(plots: list[str]) -> str:
    """Plots of ``bars``, one below the other."""
    heights = [float(plot.split('viewBox="')[1].split('"')[0].split()[3]) for plot in plots]
    widths = [float(plot.split('viewBox="')[1].split('"')[0].split()[2]) for plot in plots]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(widths):g} {sum(heights):g}">'
    ]
    for number, plot in enumerate(plots):
        place = f'<svg y="{sum(heights[:number]):g}" width="{widths[number]:g}" height="{heights[number]:g}"'
        parts.append(plot.replace("<svg", place, 1).rstrip())
    return "\n".join([*parts, "</svg>", ""])
