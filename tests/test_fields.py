"""What a document says of itself becomes mentions and facts."""

from __future__ import annotations

from extract_samples import kind

from kg.extract.fields import RANK, STATED, field_lines, field_proposals, find_field_links
from kg.model import Document, Field, Span
from kg.ontology import Ontology

TEXT = "标题\n  作者：刘捷　浙江大学  \n来源：新华社 2022-06-15\n作者：陶永亮\n正文。"


def field(name: str, words: str) -> Field:
    start = TEXT.index(words)
    return Field(name, words, Span(start, start + len(words)))


def document(*fields: Field) -> Document:
    return Document("a.txt", TEXT, "0" * 64, fields)


AUTHOR, OTHER = field("author", "刘捷"), field("author", "陶永亮")
AFFILIATION = field("affiliation", "浙江大学")
SOURCE, ISSUED = field("source", "新华社"), field("issued", "2022-06-15")


def test_a_field_that_names_a_thing_is_a_mention_of_its_class(ontology: Ontology) -> None:
    found = field_proposals(document(AUTHOR, AFFILIATION, ISSUED), ontology)
    assert [(TEXT[p.start : p.end], p.kind, p.extractor, p.rank) for p in found] == [
        ("刘捷", kind("Person"), "fields", RANK),
        ("浙江大学", kind("Organization"), "fields", RANK),
        ("2022-06-15", kind("Time"), "fields", RANK),
    ]


def test_a_field_that_names_nothing_is_no_mention(ontology: Ontology) -> None:
    number = field("number", "2022")
    elsewhere = Field("author", "王强")  # known from the file's metadata alone
    assert list(field_proposals(document(number, elsewhere), ontology)) == []


def test_the_lines_of_fields_come_once_each_in_text_order_without_blanks() -> None:
    lines = field_lines(document(SOURCE, AFFILIATION, ISSUED, AUTHOR, Field("author", "王强")))
    assert [line.of(TEXT) for line in lines] == [
        "作者：刘捷　浙江大学",
        "来源：新华社 2022-06-15",
    ]


def test_two_fields_of_one_line_are_linked_as_the_ontology_declares(ontology: Ontology) -> None:
    paper = document(AUTHOR, AFFILIATION, SOURCE, ISSUED, OTHER)
    mentions = sorted(field_proposals(paper, ontology))
    found = list(find_field_links(paper, mentions, ontology))
    named = {
        (
            TEXT[mentions[link.subject].start : mentions[link.subject].end],
            link.relation.name,
            TEXT[mentions[link.object].start : mentions[link.object].end],
        )
        for _, link in found
    }
    # 陶永亮 stands on another line than any institution.
    assert named == {("刘捷", "affiliatedWith", "浙江大学"), ("新华社", "occursAt", "2022-06-15")}
    assert {(link.extractor, link.confidence, link.cue) for _, link in found} == {
        ("fields", STATED, None)
    }
    assert {line.of(TEXT) for line, _ in found} == {
        "作者：刘捷　浙江大学",
        "来源：新华社 2022-06-15",
    }


def test_a_field_whose_mention_gave_way_is_not_linked(ontology: Ontology) -> None:
    paper = document(AUTHOR, AFFILIATION)
    mentions = [p for p in field_proposals(paper, ontology) if p.kind == kind("Person")]
    assert list(find_field_links(paper, mentions, ontology)) == []
