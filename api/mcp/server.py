"""The tools that an assistant is offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from kg.client.source import Source
from kg.errors import KgError

from . import answers

R = TypeVar("R")
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)  # fmt: skip
_INSTRUCTIONS = """Vietnamese administrative plans (kế hoạch) as facts, each tied to the clause that states it.
Begin with list_questions and run_question; use search for names and words, sparql for what no question asks.
Every answer has «citations»: cite them as they are written («Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày
14/01/2021»), with the IRI. «cites» in a row are numbers of those citations. «notes» say when an answer is empty or was
cut: then say so too. What an answer does not hold is not established; do not fill it in."""
Lang = Annotated[str, Field(description="Language of labels: vi or en.")]
Limit = Annotated[int, Field(description=f"How many to show, 1 to {answers.MOST_ROWS}.")]
Offset = Annotated[int, Field(description="How many to leave out before the first, from 0.")]


def make_server(source: Source, version: str = "") -> MCPServer[Any]:
    """The six tools over *source*; they only read."""
    server: MCPServer[Any] = MCPServer(
        "kehoach",
        title="kehoach: Vietnamese administrative plans",
        instructions=_INSTRUCTIONS,
        version=version,
        log_level="WARNING",
    )

    @server.tool(title="Search by name or words", annotations=_READS)
    def search(
        text: Annotated[
            str, Field(description="Names or words; diacritics and abbreviations as you like.")
        ],
        kind: Annotated[
            str,
            Field(
                description="Only one kind: agency, group, unit, plan, document, theme, indicator, task, target, clause …"
            ),
        ] = "",
        plan: Annotated[str, Field(description="Only what this plan (IRI) names or holds.")] = "",
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """Find agencies, plans, themes, tasks, targets and clauses by name or by words of the text."""
        return _told(lambda: answers.search(source, text, kind, plan, lang))

    @server.tool(title="A clause and its citation", annotations=_READS)
    def get_clause(
        iri: Annotated[
            str, Field(description="IRI of the clause, or its path (doc/…/c/sec_II__para_2).")
        ],
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """The exact words of a clause, its citation in the Vietnamese legal form, and the facts stated in it."""
        return _told(lambda: answers.get_clause(source, iri, lang))

    @server.tool(title="An agency and its duties", annotations=_READS)
    def get_agency(
        agency: Annotated[
            str, Field(description="Name, abbreviation or IRI of an agency or group.")
        ],
        lang: Lang = "vi",
        limit: Limit = answers.ROWS,
    ) -> dict[str, Any]:
        """What an agency is called, what it leads and coordinates in which clause, its groups, predecessors and successors.

        A name that several bodies bear is an error that names them all: ask again with an IRI."""
        return _told(lambda: answers.get_agency(source, agency, lang, limit))

    @server.tool(title="The question catalogue", annotations=_READS)
    def list_questions(
        topic: Annotated[
            str, Field(description="Only one topic: task, agency, target, time, document, corpus …")
        ] = "",
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """The questions that run_question answers, with their parameters."""
        return _told(lambda: answers.list_questions(source, topic, lang))

    @server.tool(title="Ask a question of the catalogue", annotations=_READS)
    def run_question(
        question: Annotated[
            str, Field(description="Its id, such as task/innovation-coordinators.")
        ],
        parameters: Annotated[
            dict[str, str] | None,
            Field(description="By name; IRIs, or names as people write them."),
        ] = None,
        lang: Lang = "vi",
        limit: Limit = answers.ROWS,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The answer to a question of the catalogue, each row with the clauses it rests on."""
        return _told(
            lambda: answers.run_question(source, question, parameters or {}, lang, limit, offset)
        )

    @server.tool(title="A SPARQL query", annotations=_READS)
    def sparql(
        query: Annotated[
            str,
            Field(
                description="SELECT, ASK, CONSTRUCT or DESCRIBE; select clause, task or target IRIs to have rows cited."
            ),
        ],
        lang: Lang = "vi",
        limit: Limit = answers.ROWS,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """Any SPARQL 1.1 query that reads, within the limits of the service (time, memory, size of the answer)."""
        return _told(lambda: answers.sparql(source, query, lang, limit, offset))

    return server


def _told(work: Callable[[], R]) -> R:
    """What *work* gives; what the caller can do something about is told in its own words."""
    try:
        return work()
    except KgError as fault:
        raise ToolError(str(fault)) from None
