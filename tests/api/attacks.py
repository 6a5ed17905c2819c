"""Requests made to hurt: nesting, bombs, addresses inside, bytes that are no text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Shape = Callable[[int], str]

NESTED: dict[str, Shape] = {
    "paren": lambda n: f"SELECT * {{ FILTER({'(' * n}1{')' * n}) }}",
    "brace": lambda n: f"SELECT * {'{' * n}{'}' * n}",
    "bracket": lambda n: f"SELECT * {{ ?s ?p {'[ <a:b> ' * n}1{' ]' * n} }}",
    "collection": lambda n: f"SELECT * {{ ?s ?p {'(' * n}1{')' * n} }}",
    "quoted": lambda n: f"SELECT * {{ {'<< ' * n}<a:a> <a:b> <a:c>{' >> <a:b> <a:c>' * n} }}",
    "not": lambda n: f"SELECT * {{ FILTER({'!' * n}true) }}",
    "minus sign": lambda n: f"SELECT * {{ BIND({'- ' * n}1 AS ?x) }}",
    "path": lambda n: f"SELECT * {{ ?s {'(' * n}<a:b>{')*' * n} ?o }}",
    "inverse": lambda n: f"SELECT * {{ ?s {'^(' * n}<a:b>{')' * n} ?o }}",
    "sequence": lambda n: f"SELECT * {{ ?s {'<a:b>/' * n}<a:b> ?o }}",
    "alternative": lambda n: f"SELECT * {{ ?s {'<a:b>|' * n}<a:b> ?o }}",
    "optional": lambda n: f"SELECT * {{ {'OPTIONAL { ' * n}{'}' * n} }}",
    "optionals": lambda n: f"SELECT * {{ {'OPTIONAL { ?s ?p ?o } ' * n} }}",
    "minus": lambda n: f"SELECT * {{ {'MINUS { ' * n}{'}' * n} }}",
    "graph": lambda n: f"SELECT * {{ {'GRAPH ?g { ' * n}{'}' * n} }}",
    "exists": lambda n: f"SELECT * {{ {'FILTER EXISTS { ' * n}{'}' * n} }}",
    "not exists": lambda n: f"SELECT * {{ {'FILTER NOT EXISTS { ' * n}{'}' * n} }}",
    "select": lambda n: f"SELECT * {{ {'{ SELECT * { ' * n}{'} }' * n} }}",
    "union": lambda n: f"SELECT * {{ {'{} UNION ' * n}{{}} }}",
    "or": lambda n: f"SELECT * {{ FILTER({'1 || ' * n}1) }}",
    "and": lambda n: f"SELECT * {{ FILTER({'1 && ' * n}1) }}",
    "plus": lambda n: f"SELECT * {{ FILTER({'1 + ' * n}1) }}",
    "if": lambda n: f"SELECT * {{ BIND({'IF(1,1,' * n}1{')' * n} AS ?x) }}",
    "coalesce": lambda n: f"SELECT * {{ BIND({'COALESCE(' * n}1{')' * n} AS ?x) }}",
    "concat": lambda n: f"SELECT * {{ BIND({'CONCAT(' * n}'a'{')' * n} AS ?x) }}",
    "in": lambda n: f"SELECT * {{ FILTER({'1 IN (' * n}1{')' * n}) }}",
    "bind": lambda n: f"SELECT * {{ {' '.join(f'BIND(1 AS ?x{i})' for i in range(n))} }}",
    "filter": lambda n: f"SELECT * {{ {'FILTER(1) ' * n} }}",
    "triples": lambda n: f"SELECT * {{ {'?s ?p ?o . ' * n} }}",
    "values": lambda n: f"SELECT * {{ {'VALUES ?x { 1 } ' * n} }}",
    "long values": lambda n: f"SELECT * {{ VALUES ?x {{ {'1 ' * n} }} }}",
    "order": lambda n: f"SELECT * {{}} ORDER BY {'?x ' * n}",
    "prefix": lambda n: f"{'PREFIX a: <b:c> ' * n}SELECT * {{}}",
    "from": lambda n: f"SELECT * {'FROM <a:b> ' * n}{{}}",
    "open parens": lambda n: f"SELECT * {{ FILTER({'(' * n}",
    "open strings": lambda n: "SELECT * { ?s ?p " + "'" * n,
    "open iris": lambda n: "SELECT * { ?s ?p " + "<" * n,
    "comments": lambda n: "SELECT * {" + "#\n" * n + "}",
}  # fmt: skip

BOMBS: dict[str, str] = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "product rows": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "construct product": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "any path": "SELECT (COUNT(*) AS ?n) { ?a (!<a:b>)* ?b }",
    "both ways": "SELECT (COUNT(*) AS ?n) { ?a (!<a:b>|!^<a:b>)* ?b . ?b (!<a:b>|!^<a:b>)* ?c }",
    "path in path": "SELECT * { ?a ((!<a:b>)*/(!^<a:b>)*)* ?b }",
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a",
    "distinct": "SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f }",
    "group": "SELECT ?c ?f (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?c ?f",
    "group concat": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "doubling": "SELECT (STRLEN(?z) AS ?n) { BIND('" + "x" * 1000 + "' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40)) + " BIND(?x40 AS ?z) }",
    "doubling rows": "SELECT ?x24 { ?s ?p ?o BIND('" + "x" * 1000 + "' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(24)) + " }",
    "replace": "SELECT (REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(?x,'','" + "y" * 500 + "'),'','"
    + "y" * 500 + "'),'','" + "y" * 500 + "'),'','y'),'','y') AS ?z) { BIND('abc' AS ?x) }",
    "regex": "SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '(a*)*(b*)*(.*.*.*.*.*){50}{50}$') }",
    "regex size": "ASK { FILTER REGEX('a', '((a{1,1000}){1,1000}){1,1000}') }",
    "optimizer": "SELECT * { " + " ".join(f"?a{i} ?p{i} ?a{i + 1} ." for i in range(150)) + " }",
    "optimizer star": "SELECT * { " + " ".join(f"?a ?p{i} ?o{i} ." for i in range(60)) + " }",
    "optional product": "SELECT * { " + " ".join(f"OPTIONAL {{ ?a{i} ?b{i} ?c{i} }}" for i in range(8)) + " }",
    "union product": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"{{ ?a{i} ?b ?c }} UNION {{ ?c ?b ?a{i} }}" for i in range(12)) + " }",
    "values product": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{i} {{ {'1 2 3 4 5 6 7 8 9 ' * 3} }}" for i in range(10)) + " }",
    "minus product": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?f . ?d ?y ?c } }",
    "exists": "SELECT * { ?a ?b ?c FILTER EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?c = ?i && ?f != ?c) } }",
    "sum of squares": "SELECT (SUM(STRLEN(STR(?c)) * STRLEN(STR(?f))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "huge integer": "SELECT (" + "9" * 20_000 + " * " + "9" * 20_000 + " AS ?x) {}",
}  # fmt: skip


def addresses(port: int) -> Iterator[str]:
    """*port* of this machine, in every way to write its address."""
    for host in (
        "127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001",
        "0177.0.0.1", "127.1", "0", "0.0.0.0", "user@127.0.0.1", "127.0.0.1%2f", "localtest.me",
    ):  # fmt: skip
        yield f"http://{host}:{port}/x"
    yield f"https://127.0.0.1:{port}/"
    yield f"ftp://127.0.0.1:{port}/"
    yield f"gopher://127.0.0.1:{port}/"


def reaching(iri: str) -> Iterator[str]:
    """Queries that would make a careless engine ask *iri*."""
    yield f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ SERVICE SILENT <{iri}> {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ BIND(<{iri}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ VALUES ?e {{ <{iri}> }} SERVICE?e{{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ \\u0053ERVICE <{iri}> {{ ?s ?p ?o }} }}"
    yield f"SELECT * {{ {{ SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }} }} }}"
    yield f"SELECT * {{ FILTER EXISTS {{ SERVICE <{iri}> {{ ?s ?p ?o }} }} }}"
    yield f"PREFIX x: <{iri}> SELECT * {{ SERVICEx: {{ ?s ?p ?o }} }}"
    yield f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}"
    yield f"SELECT * FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    yield f"DESCRIBE <{iri}>"
    yield f"SELECT * {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    yield f"LOAD <{iri}>"
    yield f"LOAD SILENT <{iri}> INTO GRAPH <a:b>"
