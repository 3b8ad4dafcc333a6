"""The time that a film is from, in words."""

from recommendations.data.decades import decade


def test_decades_are_called_as_people_call_them() -> None:
    assert [decade(year) for year in (1929, 1930, 1975, 1999, 2000, 2026)] == [
        "the 1920s",
        "the thirties",
        "the seventies",
        "the nineties",
        "the 2000s",
        "the 2020s",
    ]
