"""How a link to another dataset matches: the words of ``kg link``, and the properties of SKOS that they stand for."""

RELATIONS = {
    "exact": "exactMatch",
    "close": "closeMatch",
    "broad": "broadMatch",
    "narrow": "narrowMatch",
    "related": "relatedMatch",
}
