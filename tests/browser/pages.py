"""Every kind of page, by an address on the bundled plan: axe, log and screenshots go through this list."""

from __future__ import annotations

DOC = "/doc/vn-73/ubnd/kh/2021/06"
PAGES = {
    "home": "/",
    "questions": "/q",
    "question": "/q/task/innovation-coordinators",
    "question-all": "/q/agency/duties",
    "question-empty": "/q/quality/corrections",
    "topic": "/q/task",
    "sparql": "/sparql",
    "network": "/network",
    "network-picture": "/network?view=graph",
    "network-expanded": "/network?as=expanded&projection=leads",
    "search": "/search?q=dau+tu",
    "search-none": "/search?q=xyzzyq",
    "search-empty": "/search",
    "compare": "/compare",
    "plan": f"{DOC}.html",
    "plan-filtered": f"{DOC}.html?agency=agency/vn-73/so-cong-thuong&role=coordinating&cite=sec_II__para_2__point_a",
}
