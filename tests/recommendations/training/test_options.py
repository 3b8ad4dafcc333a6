"""What the owner set is refused with one sentence before anything starts, where it cannot be."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from recommendations.store.toplists import MOST_FILMS, record_type
from recommendations.training.options import Options


def test_the_longest_list_is_the_longest_that_fits_a_record() -> None:
    assert record_type(MOST_FILMS)
    with pytest.raises(ValueError, match="limit"):
        record_type(MOST_FILMS + 1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"list_size": 200}, r"RECS_LIST_SIZE is 200; .* from 1 to 126 films"),
        ({"list_size": 0}, "RECS_LIST_SIZE is 0"),
        ({"keep_runs": -1}, "RECS_KEEP_RUNS is -1; .* at least 1"),
        ({"keep_runs": 0}, "RECS_KEEP_RUNS is 0"),
        ({"default": "oracle"}, "RECS_DEFAULT is 'oracle'"),
        ({"memory_budget": 0}, "RECS_MEMORY_BUDGET is a number of bytes"),
    ],
)
def test_what_no_run_can_be_made_with_is_refused(options: Options, wrong: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(options, **wrong)


def test_a_wrong_setting_stops_every_command(settings: Settings) -> None:
    assert not [found for found in run_checks() if found.id == "recommendations.E001"]
    settings.RECS_LIST_SIZE = 200
    assert [found.msg[:21] for found in run_checks() if found.id == "recommendations.E001"] == [
        "RECS_LIST_SIZE is 200"
    ]
