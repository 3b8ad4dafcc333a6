"""What figures say in words."""

import pytest

from recommendations.evaluation.words import figure, interval, written


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [(0.2751, "share", "27.5 %"), (3.1, "change", "+310 %"), (-0.2, "change", "-20 %"), (0.8, "stars", "0.800 ★")],
)
def test_values_are_written_with_their_unit(value: float, unit: str, says: str) -> None:
    assert written(value, unit).replace("\xa0", " ") == says


@pytest.mark.parametrize(
    ("low", "high", "unit", "says"),
    [
        (0.141, 0.2634, "share", "14.1–26.3 %"),
        (-0.2, 3.1, "change", "-20 to +310 %"),
        (0.1, 0.25, "number", "0.100–0.250"),
    ],
)
def test_intervals_say_their_unit_once(low: float, high: float, unit: str, says: str) -> None:
    assert interval(low, high, unit).replace("\xa0", " ") == says


def test_a_figure_names_the_length_of_the_lists() -> None:
    assert figure("recall_at_7").name == "recall@7"
    assert "first 7" in figure("recall_at_7").says


@pytest.mark.parametrize("name", ["charm", "charm_at_10", "ndcg_at_{k}", "ndcg_at_ten"])
def test_a_figure_that_nobody_knows_has_its_name_only(name: str) -> None:
    assert figure(name).name == name.replace("_", " ")
    assert figure(name).says == ""


def test_every_figure_of_a_run_is_explained(found: dict) -> None:
    names = {name for each in found["recommenders"].values() for name in each} | set(found["stars"]) - {"ratings"}
    assert len(names) == 14
    assert all(figure(name).says for name in names)
