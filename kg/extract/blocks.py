"""Labels and the items they hold for: a run of labels belongs to the items that stand with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..labels import ROLE_LABELS, Label, embedded_labels, find_labels, heading_label
from ..model import Clause, Mention, Outline, Passage, Role, Timeframe
from .roles import label_roles
from .timeline import make_timeframe


@dataclass(slots=True)
class Block:
    """What the labels of one run of items say."""

    roles: list[Role] = field(default_factory=list)
    time: Timeframe | None = None
    outputs: list[Mention] = field(default_factory=list)
    funding: list[Mention] = field(default_factory=list)

    @property
    def leads(self) -> list[Role]:
        return [r for r in self.roles if r.role == "lead"]

    def copy(self) -> Block:
        return Block(list(self.roles), self.time, list(self.outputs), list(self.funding))

    def read(self, passage: Passage, label: Label, clause: int, source: str = "label") -> None:
        """Take up what *label*'s value (or a table's cell) says."""
        if label.kind in ("lead", "coordinating", "monitor", "both"):
            self.roles += label_roles(passage, label, clause, source)
        elif label.kind == "time" and self.time is None:
            self.time = make_timeframe(passage, label.start, label.end, clause, f"{source}-time")
        elif label.kind in ("output", "funding"):
            value = passage.cut(label.start, label.end)
            mention = Mention(value.text.strip(" .;"), value.span())
            (self.outputs if label.kind == "output" else self.funding).append(mention)


class Blocks:
    """Which labels hold for which clause of an outline."""

    def __init__(self, outline: Outline, kids: Mapping[int | None, Sequence[Clause]]) -> None:
        self.outline = outline
        self.kids = kids
        self.labels = {c.index: self._labels(c) for c in outline.clauses if c.passage.text}
        self.own = {
            c.index: found
            for c in outline.clauses
            if not self.labels.get(c.index) and (found := embedded_labels(c.passage))
        }
        self._of: dict[int, Block] = {}
        for parent, children in kids.items():
            if parent is not None:  # parts of the plan («V. THỜI GIAN THỰC HIỆN») are no block
                self._read_runs(parent, children)

    def of(self, clause: Clause) -> Block:
        """A copy of what holds for *clause* from the labels beside it."""
        return self._of[clause.index].copy() if clause.index in self._of else Block()

    def is_label(self, clause: Clause) -> bool:
        """Only tells roles, times or circumstances; a label of content («Nội dung: ...») is the task."""
        labels = self.labels.get(clause.index, ())
        return bool(labels) and all(
            label.kind != "content"
            or not clause.passage.text[label.end - 1 : label.end].strip()
            or label.start >= label.end
            for label in labels
        )

    def _labels(self, clause: Clause) -> tuple[Label, ...]:
        found = find_labels(clause.passage)
        bare = clause.is_heading and clause.parent is not None and self.kids.get(clause.index)
        return found or (heading_label(clause.passage) if bare else ())

    def _read_runs(self, parent: int, children: Sequence[Clause]) -> None:
        """A run of labels holds for the items above it, back to the last run; where the labels come
        first, for those below.  Labels alone hold for the parent itself, and so do labels among plus
        signs, which belong to their dash item."""
        above = [self.outline.clauses[parent]]
        runs = [(label, list(run)) for label, run in groupby(children, key=self.is_label)]
        labels_first = runs[0][0]
        for place, (is_label, run) in enumerate(runs):
            if not is_label:
                continue
            beside = place + 1 if labels_first else place - 1
            items: Sequence[Clause] = runs[beside][1] if 0 <= beside < len(runs) else []
            if not labels_first:
                items = self._since_labelled(items)
            block = Block()
            for clause in run:
                self._read_clause(clause, block)
            self._assign(above if run[0].kind == "cong" or not items else items, block)

    def _since_labelled(self, items: Sequence[Clause]) -> Sequence[Clause]:
        """The items behind the last one but the very last that has labels of its own: a later run of
        labels does not speak of those."""
        start = 0
        for place, clause in enumerate(items):
            if any(label.kind in ROLE_LABELS for label in self.own.get(clause.index, ())):
                start = place + 1
        return items[start:] or items

    def _read_clause(self, clause: Clause, block: Block) -> None:
        """A label with its value; where the value stands beneath («b) Cơ quan thực hiện:» and dashes),
        each of the items beneath is a label itself or a part of the value."""
        labels = self.labels[clause.index]
        for label in labels:
            block.read(clause.passage, label, clause.index)
        last = labels[-1]
        if clause.passage.text[last.start : last.end].strip(" .;:"):
            return
        for kid in self.kids.get(clause.index, []):
            if self.labels.get(kid.index):
                self._read_clause(kid, block)
            elif kid.passage.text:
                whole = Label(last.kind, 0, len(kid.passage.text))
                block.read(kid.passage, whole, kid.index)

    def holds_label(self, clause: Clause) -> bool:
        """*clause* stands beneath a label of roles or time: a part of its value, no task."""
        return any(
            self.is_label(above)
            and any(label.kind != "content" for label in self.labels[above.index])
            for above in self.outline.ancestors(clause)
        )

    def _assign(self, clauses: Sequence[Clause], block: Block) -> None:
        for clause in clauses:
            self._of.setdefault(clause.index, block)
            self._assign(self.kids.get(clause.index, []), block)
