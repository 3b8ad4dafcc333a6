"""Charts are SVG that a page may hold as it is."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from recommendations.insight.charts import Column, Deviation, columns, deviations

NAMES = st.text(st.characters(exclude_categories=["C"]), max_size=30)
VALUES = st.floats(0, 1e6)


def _shares(picture: str, attribute: str) -> list[float]:
    return [float(share) for share in re.findall(rf'{attribute}="([-\d.]+)%"', picture)]


@given(
    st.lists(st.builds(Column, name=NAMES, value=VALUES, said=NAMES, mark=st.none() | VALUES, mark_said=NAMES)), NAMES
)
def test_whatever_is_written_columns_are_well_formed_and_stay_within_the_picture(
    drawn: list[Column], label: str
) -> None:
    picture = columns(drawn, label=label)
    assert ElementTree.fromstring(picture).get("aria-label") == label
    assert all(0 <= x <= 100.1 for x in _shares(picture, "x"))
    assert "style=" not in picture


@given(st.lists(st.builds(Deviation, name=NAMES, value=st.floats(-5, 5), said=NAMES)))
def test_whatever_is_written_bars_are_well_formed_and_stay_within_the_picture(drawn: list[Deviation]) -> None:
    picture = deviations(drawn, label="label")
    assert len(ElementTree.fromstring(picture).findall(".//{*}text")) == 2 * len(drawn)
    assert all(30 < x <= 100 for x in _shares(picture, "x"))


def test_markup_in_a_name_is_only_letters() -> None:
    picture = deviations([Deviation("<script>alert(1)</script>", 1, "&")], label='"><b>')
    assert "<script" not in picture
    assert "<b>" not in picture


def test_the_highest_column_fills_the_room_and_half_of_it_is_half_as_high() -> None:
    picture = columns([Column("a", 4), Column("b", 2), Column("c", 0)], label="label")
    heights = [float(rect.get("height", "")) for rect in ElementTree.fromstring(picture).findall("rect")]
    assert heights == [122, 61, 0]


def test_what_is_above_goes_right_of_the_middle_and_what_is_below_left() -> None:
    picture = deviations([Deviation("up", 1, ""), Deviation("down", -0.5, "")], label="label")
    up, down = ElementTree.fromstring(picture).findall("rect")
    assert (up.get("x"), down.get("x")) == ("54%", "46%")
    assert (up.get("class"), down.get("class")) == ("chart-own", "chart-below")
