"""Figures and dates are read by the words of the ontology."""

from __future__ import annotations

import pytest

from kg.extract.figures import Figures
from kg.ontology import Ontology


@pytest.mark.parametrize(
    ("name", "comparator", "number", "unit"),
    [
        ("5.5%", "=", 5.5, "%"),
        ("超过170个国家", ">", 170, "个国家"),
        ("7232亿元", "=", 723_200_000_000, "元"),
        ("1.2万亿元", "=", 1_200_000_000_000, "元"),
        ("1,300万人", "=", 13_000_000, "人"),
        ("不超过5%", "<=", 5, "%"),
        ("不低于90%", ">=", 90, "%"),
        ("1300亿斤以上", ">", 130_000_000_000, "斤"),
        ("3%左右", "~", 3, "%"),
        ("约3000家", "~", 3000, "家"),
        ("不足10人", "<", 10, "人"),
        ("3千米", "=", 3000, "米"),
        ("0.5个百分点", "=", 0.5, "个百分点"),
    ],
)
def test_a_quantity_tells_comparator_number_and_unit(
    name: str, comparator: str, number: float, unit: str, ontology: Ontology
) -> None:
    found = dict(Figures(ontology).quantity(name))
    assert found == {"comparator": comparator, "number": pytest.approx(number), "unit": unit}


@pytest.mark.parametrize(("name", "unit"), [("增长5.5%", "%"), ("达到10%", "%")])
def test_what_stands_before_a_figure_is_no_unit(name: str, unit: str, ontology: Ontology) -> None:
    assert dict(Figures(ontology).quantity(name))["unit"] == unit


@pytest.mark.parametrize("name", ["翻一番", "明显滞后", ""])
def test_a_quantity_without_digits_tells_nothing(name: str, ontology: Ontology) -> None:
    assert Figures(ontology).quantity(name) == ()


def test_a_bare_number_has_no_unit(ontology: Ontology) -> None:
    assert Figures(ontology).quantity("170") == (("comparator", "="), ("number", 170.0))


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2022年6月15日", "2022-06-15"),
        ("2022年12月", "2022-12"),
        ("2022年", "2022"),
        ("2022-6-5", "2022-06-05"),
        ("2025年底前", "2025"),
        ("2017—2020", "2017"),  # where it begins
        ("2021年—2025年", "2021"),
    ],
)
def test_a_time_tells_its_date(name: str, date: str, ontology: Ontology) -> None:
    assert Figures(ontology).time(name) == (("date", date),)


@pytest.mark.parametrize("name", ["2021-2025年", "2021-2025"])
def test_the_second_year_of_a_range_is_no_month(name: str, ontology: Ontology) -> None:
    assert dict(Figures(ontology).time(name)) == {"date": "2021"}


@pytest.mark.parametrize("name", ["“十四五”时期", "近年来", "6月15日", ""])
def test_a_time_without_a_year_has_no_date(name: str, ontology: Ontology) -> None:
    assert Figures(ontology).time(name) == ()
