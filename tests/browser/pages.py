"""Every kind of page, by an address on the bundled plan: axe, log and screenshots go through this list."""

from __future__ import annotations

DOC = "/doc/vn-73/ubnd/kh/2021/06"
PAGES = {
    "home": "/",
    "questions": "/q",
    "question": "/q/task/innovation-coordinators",
    "sparql": "/sparql",
    "agencies": "/agency",
    "documents": "/doc",
    "findings": "/finding?of=open-Task-coordinator",
    "agency": "/agency/vn-73/so-cong-thuong.html",
    "agency-inferred": "/agency/vn-73/so-cong-thuong.html?show=inferred",
    "group": "/group/vn-73/so-ban-nganh-tinh.html",
    "unit": "/unit/vn-73.html",
    "task": f"{DOC}/task/II.2.a.p1.html",
    "target": f"{DOC}/target/2025-toc-do-tang-truong-grdp-linh-vuc-cong-nghiep.html",
    "indicator": "/indicator/ty-trong-cong-nghiep-che-bien-che-tao-trong-grdp.html",
    "clause": f"{DOC}/c/sec_II__para_2__point_dd.html",
    "document": "/doc/vn/cp/nq/2020/124.html",
    "theme": "/voc/theme/innovation.html",
    "scheme": "/voc/theme.html",
    "concept": "/voc/role/lead.html",
    "statements": f"{DOC}/task/II.4.a.p1/as/lead-1.html",
    "ontology": "/ont.html",
    "class": "/ont/Task.html",
    "property": "/ont/leadAgency.html",
    "plan": f"{DOC}.html",
    "plan-filtered": f"{DOC}.html?agency=agency/vn-73/so-cong-thuong&role=coordinating&cite=sec_II__para_2__point_a",
}
