"""From a document to its assertions: the stages, one line each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.extract.aliases import compile_declarations, find_alias_links, find_aliases
from kg.extract.citations import compile_citations, find_citations, with_cited
from kg.extract.constructions import compile_constructions, find_constructions
from kg.extract.decisions import compile_gates, decide, proposals
from kg.extract.entities import resolve
from kg.extract.equipment import Equipment
from kg.extract.fields import field_lines, field_proposals, find_field_links
from kg.extract.frames import compile_frames, find_frames, propose_names
from kg.extract.keys import Hashed
from kg.extract.lists import compile_rows, complete_lists
from kg.extract.mentions import Opinions, settle
from kg.extract.observation import Observation, observe
from kg.extract.pairs import view
from kg.extract.proposals import Proposal
from kg.extract.relations import Link, find_links
from kg.extract.responsible import compile_responsibility, find_responsible
from kg.extract.revision import compile_revision, revise, titled
from kg.extract.scenes import Scene, compile_joint, scenes
from kg.extract.short_forms import compile_short_forms, find_antecedents
from kg.extract.statements import Manner, compile_moods, find_context, manner
from kg.extract.triggers import compile_triggers
from kg.extract.values import compile_measures, find_values
from kg.model import IRI, Assertion, Document, Evidence, Extraction, Mention, Span, Status
from kg.text.normal import sentences
from kg.vocabulary import KG

CONTEXT = 0.85
"""Prior confidence of what somebody does within something: 甲在“乙”中提出丙."""

_HAN = re.compile("[\u4e00-\u9fff]")
"""A line without such a character is no Chinese: no tagger was taught its names."""

Stated = tuple[Span, Link, Manner]
"""A sentence, a link in it, and how the sentence puts it."""


def extract(document: Document, equipment: Equipment) -> Extraction:
    """Return all that is found in one document; see `Reader` for many documents."""
    return Reader(equipment).extract(document)


class Reader:
    """Extracts from one document after another with one set of equipment."""

    def __init__(self, equipment: Equipment) -> None:
        ontology = equipment.ontology
        self.equipment = equipment
        self.triggers = compile_triggers(ontology)
        self.frames = compile_frames(ontology)
        self.constructions = compile_constructions(ontology)
        self.responsibility = compile_responsibility(ontology, self.constructions)
        self.measures = compile_measures(ontology)
        self.moods = compile_moods(ontology)
        self.declarations = compile_declarations(ontology)
        self.short_forms = compile_short_forms(ontology)
        self.joint = compile_joint(ontology)
        self.rows = compile_rows(ontology)
        self.revision = compile_revision(ontology)
        linker = equipment.linker
        self.gates = compile_gates(ontology, linker.labels) if linker else None
        self.citations = compile_citations(ontology)

    def extract(self, document: Document) -> Extraction:
        """Return all that is found in the document; the same document gives the same."""
        ontology = self.equipment.ontology
        seen = observe(document.text, self.equipment.lexicon, self.equipment.grammar)
        lines = _lines(document, seen)
        mentions = self._mentions(document, seen, lines)
        stage = list(scenes(seen.text, lines, mentions, self.joint))
        declared = [(scene, list(find_aliases(scene, self.declarations))) for scene in stage]
        aliases = [alias for _, found in declared for alias in found]
        antecedents = find_antecedents(mentions, seen.text, self.short_forms)
        references, entities = resolve(mentions, seen.text, self.equipment, aliases, antecedents)
        stated: list[Stated] = [
            (line, link, Manner(Status.ASSERTED))
            for line, link in find_field_links(document, mentions, ontology)
        ]
        links = [
            (scene, link)
            for scene, named in declared
            for link in find_alias_links(named, self.declarations)
        ]
        links += self._links(stage, mentions, seen)
        figures = {
            link.subject: link.object for _, link in links if link.relation.iri == KG.hasValue
        }
        for scene, link in links:
            stated.append((scene.span, link, manner(link, scene, self.moods, figures)))
        for stretch, link in find_responsible(stage, self.responsibility):
            stated.append((stretch, link, Manner(Status.REQUIRED)))
        cited = find_citations(document, seen.text, self.citations, self.equipment)
        return Extraction(
            document=document,
            mentions=tuple(_mention(document, mention) for mention in mentions),
            references=references,
            entities=with_cited(entities, cited),
            assertions=(*_assertions(document, stated, mentions, references), *cited.assertions),
            work=cited.work,
        )

    def _mentions(
        self, document: Document, seen: Observation, lines: Sequence[Span]
    ) -> tuple[Proposal, ...]:
        equipment = self.equipment
        tagged: list[Proposal] = []
        if equipment.tagger is not None:
            columns = seen.columns(Hashed, equipment.names)
            chinese = [line for line in lines if _HAN.search(seen.text, line.start, line.end)]
            tagged = list(equipment.tagger.propose(columns, chinese, equipment.kinds))
        revised = list(revise(tagged, seen, equipment.lexicon, self.revision))
        said = Opinions(
            fields=list(field_proposals(document, equipment.ontology)),
            titled=list(titled(seen, tagged)),
            framed=list(propose_names(seen, lines, self.frames, self.joint)),
            tagged=revised,
            listed=list(complete_lists([*revised, *seen.lexicon], seen, self.rows)),
        )
        return settle(seen, lines, said)

    def rule_links(self, scene: Scene) -> Iterator[Link]:
        """Yield the links that the rules find in a sentence, hints included.

        Several may join the same pair.
        """
        links = [
            *find_frames(scene, self.frames),
            *find_constructions(scene, self.constructions),
            *find_values(scene, self.measures),
            *find_links(scene, self.triggers),
        ]
        yield from links
        yield from self._within_context(scene, links)

    def _links(
        self, stage: Sequence[Scene], mentions: Sequence[Proposal], seen: Observation
    ) -> Iterator[tuple[Scene, Link]]:
        equipment = self.equipment
        at = {
            member: scene for scene in stage for group in scene.groups for member in group.members
        }
        links = [link for scene in stage for link in self.rule_links(scene)]
        if self.gates is not None and equipment.linker is not None:
            whole = view(seen, mentions, stage, links, equipment.names)
            links = list(decide(whole, links, equipment.linker, self.gates, equipment.ontology))
        else:
            links = list(proposals(links))
        yield from ((at[link.subject], link) for link in links)

    def _within_context(self, scene: Scene, links: Iterable[Link]) -> Iterator[Link]:
        # 甲在“乙”中提出丙: 甲 puts forward 乙, and 乙 puts forward 丙.
        pair = find_context(scene, self.moods)
        if pair is None:
            return
        actor, frame = pair
        for link in links:
            if link.subject in pair and link.object not in pair:
                for one, other in ((actor, link.object), (frame, link.object), (actor, frame)):
                    if self._allows(scene, link, one, other):
                        yield link._replace(
                            subject=one, object=other, extractor="context", confidence=CONTEXT
                        )

    def _allows(self, scene: Scene, link: Link, subject: int, object_: int) -> bool:
        kinds = scene.mentions[subject].kind, scene.mentions[object_].kind
        return link.relation.allows(*kinds)


def _lines(document: Document, seen: Observation) -> list[Span]:
    body = [line for paragraph in document.body for line in sentences(seen.text, paragraph)]
    whole: list[Span] = []
    for line in sorted({*body, *field_lines(document)}, key=lambda line: (line.start, -line.end)):
        # A title over two lines holds the line of a date in it: no character is read twice.
        if not whole or line.end > whole[-1].end:
            begin = max(line.start, whole[-1].end) if whole else line.start
            whole.append(Span(begin, line.end))
    return whole


def _mention(document: Document, proposal: Proposal) -> Mention:
    span = Span(proposal.start, proposal.end)
    return Mention(
        span=span,
        quote=span.of(document.text),
        kind=proposal.kind,
        extractor=proposal.extractor,
        confidence=proposal.confidence,
        concept=proposal.concept,
    )


def _assertions(
    document: Document,
    stated: Iterable[Stated],
    mentions: Sequence[Proposal],
    references: Sequence[IRI],
) -> Iterator[Assertion]:
    # One assertion for each fact and sentence: the surest link speaks for it.
    best: dict[tuple[IRI, IRI, IRI, Span], Stated] = {}
    for sentence, link, how in stated:
        ends = references[link.subject], link.relation.iri, references[link.object]
        if ends[0] == ends[2] and not _declares_alias(link, mentions, document):
            continue
        key = (*ends, sentence)
        if key not in best or best[key][1].confidence < link.confidence:
            best[key] = (sentence, link, how)
    for (subject, relation, object_, sentence), (_, link, how) in sorted(
        best.items(), key=lambda item: (item[0][3], item[0][:3])
    ):
        yield Assertion(
            subject=subject,
            relation=relation,
            object=object_,
            evidence=_evidence(document, sentence, link, mentions),
            confidence=_confidence(link, mentions),
            extractor=link.extractor,
            status=how.status,
            context=_reference(how.context, references),
            speaker=_reference(how.speaker, references),
            time=_reference(how.time, references),
            value=_reference(how.value, references),
        )


def _confidence(link: Link, mentions: Sequence[Proposal]) -> float:
    # A fact is as sure as the relation and both its names together.
    one, other = mentions[link.subject], mentions[link.object]
    return round(link.confidence * one.confidence * other.confidence, 2)


def _declares_alias(link: Link, mentions: Sequence[Proposal], document: Document) -> bool:
    # Two names of one thing are evidence that they are; one name twice is none.
    one, other = (mentions[place] for place in (link.subject, link.object))
    names = {document.text[m.start : m.end] for m in (one, other)}
    return link.relation.iri == KG.sameAs and len(names) == 2


def _reference(position: int | None, references: Sequence[IRI]) -> IRI | None:
    return None if position is None else references[position]


def _evidence(
    document: Document, sentence: Span, link: Link, mentions: Sequence[Proposal]
) -> Evidence:
    one, other = mentions[link.subject], mentions[link.object]
    cue = link.cue
    quotation = Span(
        min(one.start, other.start, cue.start if cue else one.start),
        max(one.end, other.end, cue.end if cue else one.end),
    )
    return Evidence(
        sentence=sentence,
        quotation=quotation,
        quote=quotation.of(document.text),
        subject=Span(one.start, one.end),
        object=Span(other.start, other.end),
        cue=cue,
    )
