"""Plans in the formats of other fields, from the service: the same bytes as from the store."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from kg.bridges import FORMATS
from kg.names import BASE
from kg.store import Dataset

PATH = "doc/vn-73/ubnd/kh/2021/06"


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
def test_a_plan_in_each_format(client: FlaskClient, dataset: Dataset, name: str) -> None:
    one = next(f for f in FORMATS if f.name == name)
    answer = client.get(f"/{PATH}.{one.suffix}")
    assert answer.status_code == 200
    assert answer.mimetype == one.media_type
    assert answer.data == one.write(dataset, BASE + PATH)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="vn-73-ubnd-kh-2021-06.{one.suffix}"'  # fmt: skip
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for unknown in ("doc/x", "doc/vn/cp/nd/2014/24", "doc/x%3E%20y"):
        refused = client.get(f"/{unknown}.{one.suffix}")
        assert refused.status_code == 404, unknown
        assert refused.get_json()["error"]["message"]


def test_the_page_of_a_plan_leads_to_every_format(client: FlaskClient) -> None:
    for lang in ("vi", "en"):
        page = client.get(f"/{PATH}.html?lang={lang}").get_data(as_text=True)
        links = set(re.findall(rf'href="/{PATH}\.([a-z.]+)"', page))
        assert {one.suffix for one in FORMATS} <= links


def test_all_plans_as_a_cube_and_as_a_package(client: FlaskClient, dataset: Dataset) -> None:
    assert client.get("/cube/targets").location == "/cube/targets.ttl"
    by_name = {one.name: one for one in FORMATS}
    assert client.get("/cube/targets.ttl").data == by_name["cube"].write(dataset, None)
    assert client.get("/datapackage.zip").data == by_name["datapackage"].write(dataset, None)


def test_the_context_and_the_frame_are_published(client: FlaskClient) -> None:
    for path in ("context.jsonld", "frames/plan.jsonld"):
        answer = client.get(f"/{path}")
        assert answer.mimetype == "application/ld+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    tree = json.loads(client.get(f"/{PATH}.framed.jsonld").data)
    assert tree["@context"] == BASE + "context.jsonld"
    terms = json.loads(client.get("/context.jsonld").data)["@context"]
    assert {"hasTask", "hasAssignment", "elements"} <= set(terms)


def test_the_old_forms_of_a_plan_are_as_they_were(client: FlaskClient) -> None:
    for suffix, media_type in (("jsonld", "application/ld+json"), ("ttl", "text/turtle"), ("ics", "text/calendar")):  # fmt: skip
        answer = client.get(f"/{PATH}.{suffix}")
        assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_openapi_tells_units_and_headings_in_vietnamese(client: FlaskClient) -> None:
    told = client.get("/openapi.json").get_json()
    content = told["paths"]["/q/target/list.json"]["get"]["responses"]["200"]["content"]
    columns = content["application/json"]["schema"]["items"]["properties"]
    assert columns["value"]["x-unit"] == "unit"
    assert columns["value"]["x-title-vi"] == "Giá trị"
    assert "x-unit" not in columns["year"]
