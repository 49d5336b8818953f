"""What the commands print: a build, an answer, findings, an explanation."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from kg.model import Status
from kg.terminal import compact, table

if TYPE_CHECKING:
    from kg.changes import Change
    from kg.graph.answers import Answer
    from kg.graph.checks import Finding
    from kg.graph.explain import Explanation, Fact, Knowledge
    from kg.graph.search import Hit
    from kg.ontology import Ontology
    from kg.outcome import BuildReport

Lines = Iterator[str]

# ------------------------------------------------------------------ a build


FEW = 5
"""Words that are named; of more, how many there are."""
MANY = 100
"""Documents from which on a build does not name each of them; `kg documents` does."""


def summary(report: BuildReport, ontology: Ontology) -> Lines:
    """Yield what a build did, what the graph holds now, and whether that is as it should be."""
    if not report.documents and not report.changed:
        return
    counts = (
        f"{_number(len(report.documents), 'document')}, "
        f"{_number(sum(report.entities.values()), 'entity', 'entities')}, "
        f"{_number(sum(report.assertions.values()), 'assertion')}"
    )
    if not report.changed:
        yield from _passed_over(report)
        yield from _outdated(report)
        yield f"nothing changed: {counts}"
        yield from _state(report)
        return
    yield from _done(report)
    yield counts
    yield ""
    if len(report.documents) <= MANY:
        yield from table(("file", "title", "entities", "assertions"), _documents(report))
        yield ""
    yield from table(("class", "", "entities"), _by_class(report, ontology))
    yield ""
    yield from table(("relation", "", "assertions"), _by_relation(report, ontology))
    yield ""
    yield from _state(report)
    if report.products:
        yield f"wrote {', '.join(str(path) for path in report.products)}"


def _done(report: BuildReport) -> Lines:
    failed = [str(error.file) for error in report.failed]
    states = (
        ("written", report.written),
        ("unchanged", report.unchanged),
        ("removed", report.removed),
        ("failed", failed),
    )
    if sum(len(names) for _, names in states) <= MANY:
        for state, names in states:
            yield from (f"{state}  {name}" for name in names)
    yield from _passed_over(report)
    yield from _read_again(report)
    yield from _outdated(report)
    yield ", ".join(f"{len(names)} {state}" for state, names in states)


def _outdated(report: BuildReport) -> Lines:
    for name in report.outdated:
        yield f"outdated  {name}: it cannot be read; the graph keeps what it said before"


def _read_again(report: BuildReport) -> Lines:
    doubtful = len(report.reread) + len(report.kept)
    if report.changes:
        known = _number(doubtful, "document")
        share = (
            f"all {known}"
            if report.reread and not report.kept
            else (f"{len(report.reread)} of {known}")
        )
        yield f"read again  {share}: {'; '.join(sorted(set(map(_why, report.changes))))}"


def _why(change: Change) -> str:
    if not change.is_known:
        return "with what they had been read is not known any more"
    if change.parts:
        return f"{_few(change.parts)} changed"
    if change.words.spelled:
        what = "word" if len(change.words.spelled) == 1 else "words"
        return f"the {what} {_few(change.words.spelled)} changed"
    return "nothing changed by which texts are read"


def _few(names: Sequence[str]) -> str:
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def _passed_over(report: BuildReport) -> Lines:
    if len(report.duplicates) > MANY:
        yield f"passed over  {len(report.duplicates)} files with the content of others"
        return
    yield from (f"passed over  {name} (the same as {other})" for name, other in report.duplicates)


def _documents(report: BuildReport) -> list[tuple[str, ...]]:
    return [
        (record.file, record.title or "", str(record.entities), str(record.assertions))
        for record in report.documents
    ]


def _by_class(report: BuildReport, ontology: Ontology) -> list[tuple[str, ...]]:
    labels = {kind.name: kind.label for kind in ontology.kinds.values()}
    return _counted(report.entities, labels)


def _by_relation(report: BuildReport, ontology: Ontology) -> list[tuple[str, ...]]:
    labels = {relation.name: relation.label for relation in ontology.relations}
    return _counted(report.assertions, labels)


def _counted(counts: Mapping[str, int], labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(name, labels.get(name, ""), str(count)) for name, count in ordered]


def _state(report: BuildReport) -> Lines:
    whole = report.checked >= len(report.documents)
    part = "" if whole else f" ({report.checked} of {len(report.documents)} documents checked)"
    if report.findings:
        yield f"SHACL{part}: {_severities(report.findings)}; `kg check` lists them"
    else:
        more = "" if whole else "; `kg check` checks all"
        yield f"SHACL{part}: the graph conforms to its shapes{more}"
    for name in report.omitted:
        yield f"{name} is not written: the graph is too large for it; `kg export graph.nq` is not"


def _severities(findings: Iterable[Finding]) -> str:
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.severity] = counts.get(finding.severity, 0) + 1
    return ", ".join(_number(count, severity) for severity, count in counts.items())


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


# ------------------------------------------------------------------ an answer


def answer_lines(answer: Answer, prefixes: Mapping[str, str]) -> Lines:
    """Yield an answer as a person reads it: a table, yes or no, or Turtle."""
    from kg.graph.answers import Truth
    from kg.graph.rows import Rows

    if isinstance(answer, Truth):
        yield "yes" if answer else "no"
    elif isinstance(answer, Rows):
        rows = [[_cell(term, prefixes) for term in row] for row in answer.terms]
        yield from table(answer.variables, rows)
    else:
        yield answer.serialize("turtle").rstrip("\n")


def _cell(term: object, prefixes: Mapping[str, str]) -> str:
    from pyoxigraph import Literal, NamedNode

    if isinstance(term, NamedNode):
        return compact(term.value, prefixes)
    if isinstance(term, Literal):
        return term.value
    return "" if term is None else str(term)


# ------------------------------------------------------------------ findings


def finding_lines(findings: Iterable[Finding], prefixes: Mapping[str, str]) -> Lines:
    """Yield the findings as a table, or that there are none."""
    findings = tuple(findings)
    if not findings:
        yield "the graph conforms to its shapes"
        return
    rows = [
        (
            finding.severity,
            compact(finding.node, prefixes),
            compact(finding.path or "", prefixes),
            f"{finding.message} {finding.english}".strip(),
            _place(finding),
            finding.quote or "",
        )
        for finding in findings
    ]
    yield from table(("severity", "node", "path", "message", "place", "quotation"), rows)
    yield ""
    yield _severities(findings)


def _place(finding: Finding) -> str:
    if finding.file is None:
        return ""
    return (
        finding.file if finding.start is None else f"{finding.file}:{finding.start}-{finding.end}"
    )


# ------------------------------------------------------------------ an explanation


def explanation_lines(explanation: Explanation) -> Lines:
    """Yield what is known of each thing that bears the name, a sentence for each fact."""
    for number, knowledge in enumerate(explanation.things):
        if number:
            yield ""
        yield from _thing_lines(knowledge)


def _thing_lines(knowledge: Knowledge) -> Lines:
    thing = knowledge.thing
    names = [name for name in (thing.english, *thing.aliases, *thing.notations) if name]
    title = click.style(thing.label, bold=True)
    yield f"{title}  {knowledge.kind_label} {knowledge.kind}  {', '.join(names)}".rstrip()
    yield f"<{thing.iri}>, {_number(knowledge.mentions, 'mention')}"
    for relation, other in knowledge.background:
        yield f"  {thing.label} {relation} {other}  (from the ontology)"
    for fact in knowledge.facts:
        yield ""
        yield from _fact_lines(fact, thing.label)


def _fact_lines(fact: Fact, label: str) -> Lines:
    ends = (label, fact.other_label) if fact.forward else (fact.other_label, label)
    qualifiers = [
        f"{name}: {value}"
        for name, value in (
            ("context", fact.context),
            ("speaker", fact.speaker),
            ("time", fact.time),
            ("value", fact.value),
        )
        if value
    ]
    if fact.status is not Status.ASSERTED:
        qualifiers.insert(0, fact.status)
    yield "  " + "; ".join([f"{ends[0]} {fact.relation_label} {ends[1]}", *qualifiers])
    marked = (
        fact.sentence[: fact.mark.start]
        + click.style(f"[{fact.quote}]", bold=True)
        + fact.sentence[fact.mark.end :]
    )
    yield f"    {' '.join(marked.split())}"
    yield (
        f"    {fact.file}:{fact.start}-{fact.end}{_landmark(fact)}, "
        f"confidence {fact.confidence:.2f}, "
        f"{fact.extractor} {fact.version}"
    )


def _landmark(fact: Fact) -> str:
    numbers = (("page", fact.page), ("paragraph", fact.paragraph))
    return "".join(f", {name} {number}" for name, number in numbers if number)


# ------------------------------------------------------------------ words found

_AROUND = 24
"""Characters that are shown before and after the words."""


def _hit_table(hits: Sequence[Hit]) -> Iterator[str]:
    if not hits:
        yield "nothing holds these words"
        return
    rows = [(hit.role, _excerpt(hit), _where(hit)) for hit in hits]
    yield from table(("what", "text", "where"), rows)


def _hit_json(hits: Sequence[Hit]) -> Iterator[str]:
    for hit in hits:
        yield json.dumps(dataclasses.asdict(hit), ensure_ascii=False)


HIT_FORMATS: Mapping[str, Callable[[Sequence[Hit]], Iterator[str]]] = {
    "table": _hit_table,
    "json": _hit_json,
}
"""How `kg search` prints; json is a line for each hit."""


def _excerpt(hit: Hit) -> str:
    first, last = hit.marks[0].start, max(mark.end for mark in hit.marks)
    start, end = max(first - _AROUND, 0), min(last + _AROUND, len(hit.text))
    dots = "\N{HORIZONTAL ELLIPSIS}"
    before, after = dots if start else "", dots if end < len(hit.text) else ""
    return f"{before}{hit.text[start:end]}{after}"


def _where(hit: Hit) -> str:
    if hit.file is None:
        return ""
    return f"{hit.file}:{hit.place.start}-{hit.place.end}" if hit.place else hit.file
