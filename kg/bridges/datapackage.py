"""A Frictionless data package: the facts of plans as CSV tables with their schema, in one zip file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from .reading import Facts
from .tables import SHEETS, Field, Sheet

Json = dict[str, Any]
DESCRIPTOR = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_RESOURCE = "https://datapackage.org/profiles/2.0/dataresource.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_DAY = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first that a zip file can hold; when it was made is no part of the data


def to_datapackage(plans: Sequence[Facts], version: str) -> bytes:
    """The package; the same plans give the same bytes.  *version* of the dataset."""
    files = {f"data/{sheet.name}.csv": _csv(sheet, plans) for sheet in SHEETS}
    files[DESCRIPTOR] = (
        json.dumps(_descriptor(files, plans, version), ensure_ascii=False, indent=1) + "\n"
    ).encode("utf-8")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (DESCRIPTOR, *sorted(set(files) - {DESCRIPTOR})):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _csv(sheet: Sheet, plans: Sequence[Facts]) -> bytes:
    """RFC 4180 in UTF-8.  Texts are as they are: what a spreadsheet would take for a formula is not changed, as a
    program reads this."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in sheet.fields])
    for facts in plans:
        writer.writerows(sheet.values(facts))
    return out.getvalue().encode("utf-8")


def _descriptor(files: dict[str, bytes], plans: Sequence[Facts], version: str) -> Json:
    names = "; ".join(facts.label for facts in plans[:20])
    more = f" và {len(plans) - 20} kế hoạch khác" if len(plans) > 20 else ""
    return {
        "$schema": _PROFILE,
        "name": "kehoach",
        "title": "Vietnamese administrative plans: clauses, targets, tasks, assignments",
        "description": f"Dữ kiện trích từ: {names}{more}. Mỗi dòng có điều khoản làm căn cứ.",
        "version": version,
        "licenses": [{"name": "Apache-2.0", "path": "https://www.apache.org/licenses/LICENSE-2.0"}],
        "sources": [{"title": facts.label, "path": facts.iri} for facts in plans],
        "resources": [_resource(sheet, files[f"data/{sheet.name}.csv"]) for sheet in SHEETS],
    }


def _resource(sheet: Sheet, data: bytes) -> Json:
    schema: Json = {
        "$schema": _SCHEMA,
        "fields": [_field(field) for field in sheet.fields],
        "missingValues": [""],
        "primaryKey": list(sheet.primary),
    }
    foreign = [
        {
            "fields": [field.name],
            "reference": {"resource": "" if field.to == sheet.name else field.to, "fields": ["id"]},
        }
        for field in sheet.fields
        if field.to
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "$schema": _RESOURCE,
        "name": sheet.name,
        "title": f"{sheet.vi} / {sheet.en}",
        "path": f"data/{sheet.name}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        "schema": schema,
    }


def _field(field: Field) -> Json:
    made: Json = {
        "name": field.name,
        "type": field.type,
        "title": f"{field.vi} / {field.en}",
    }
    if field.is_required:
        made["constraints"] = {"required": True}
    return made
