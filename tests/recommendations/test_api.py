"""Recommendations, similar films, health and metrics through the API."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer

from accounts.models import User
from catalog.models import Movie, Rating
from recommendations.models import TrainingRun
from recommendations.serializers import RecommendedMovieSerializer, sentence
from recommendations.serving import Prediction, Reason, RecommendedMovie
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.films import account, film, rated
from tests.recommendations.conftest import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]

MINE, HEALTH, METRICS = "/api/v1/recommendations/", "/api/v1/health", "/api/v1/metrics"


# --- before the first run -------------------------------------------------------------------------------------------


def test_health_is_starting_until_a_run_is_live(client: Client) -> None:
    film("Heat (1995)")
    assert client.get(HEALTH).json() == {
        "status": "starting",
        "run": None,
        "recommender": None,
        "live_since": None,
        "films": 1,
        "people": None,
    }


def test_metrics_are_empty_but_whole_before_the_first_run(client: Client) -> None:
    metrics = client.get(METRICS).json()
    assert (metrics["run"], metrics["recommenders"], metrics["data"], metrics["steps"]) == (None, {}, {}, [])
    assert metrics["intervals"] == {}


def test_recommendations_before_the_first_run_are_the_best_rated_films_and_say_so(mine: Client) -> None:
    best = film("Heat (1995)", known=50)
    film("Up (2009)", rating_count=50, rating_sum=100)
    answer = mine.get(MINE).json()
    assert (answer["run"], answer["source"], answer["recommender"]) == (None, "popularity", "popularity")
    assert answer["results"][0]["id"] == best.pk


def test_nothing_is_foreseen_before_the_first_run(mine: Client) -> None:
    film("Heat (1995)", known=50)
    first = mine.get(MINE).json()["results"][0]
    assert (first["predicted_stars"], first["predicted_low"], first["predicted_high"]) == (None, None, None)
    assert first["support"] == 0


def test_a_run_that_waits_or_failed_is_not_live(client: Client) -> None:
    for status in TrainingRun.Status.values:
        TrainingRun.objects.create(status=status)
    assert client.get(HEALTH).json()["status"] == "starting"


# --- with a live run ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [HEALTH, HEALTH + "/"])
def test_health_is_ok_once_a_run_is_live(client: Client, live: TrainingRun, address: str) -> None:
    health = client.get(address).json()
    assert (health["status"], health["run"], health["recommender"]) == ("ok", live.pk, "item_knn")
    assert (health["films"], health["people"]) == (40, 60)


@pytest.mark.parametrize("address", [METRICS, METRICS + "/"])
def test_metrics_say_how_good_every_recommender_is(client: Client, live: TrainingRun, address: str) -> None:
    metrics = client.get(address).json()
    assert set(metrics["recommenders"]) == {"popularity", "item_knn", "svd"}
    assert all(0 <= each["ndcg_at_10"] <= 1 and each["recall_at_10"] >= 0 for each in metrics["recommenders"].values())
    assert metrics["stars"]["rmse"] > 0
    low, high = metrics["intervals"]["item_knn"]["diversity"]
    assert low <= metrics["recommenders"]["item_knn"]["diversity"] <= high
    assert metrics["data"] == {"people": 60, "films": 40, "ratings": Rating.objects.count()}
    assert {"extract", "fit", "evaluate", "publish"} <= {step["name"] for step in metrics["steps"]}


def test_recommendations_follow_taste_and_say_why(
    mine: Client, ada: User, site: list[Movie], live: TrainingRun
) -> None:
    rated(ada.rater, site[0], stars=5)
    answer = mine.get(MINE, {"n": 5}).json()
    first = answer["results"][0]
    assert (first["genres"], first["reason"]) == (["Sci-Fi"], "Because you gave Film 1 5 stars.")
    assert first["reasons"] == [{"movie": {"id": site[0].pk, "title": "Film 1", "year": None}, "stars": 5, "share": 1}]
    assert 0.5 <= first["predicted_low"] <= first["predicted_stars"] <= first["predicted_high"] <= 5
    assert first["support"] == 1
    assert (first["recommender"], first["run"], answer["run"]) == ("item_knn", live.pk, live.pk)
    assert (answer["source"], answer["taste_version"], answer["count"]) == ("fresh", 1, 5)


@pytest.mark.usefixtures("live")
def test_every_answer_is_about_the_ratings_of_this_moment(mine: Client, ada: User, site: list[Movie]) -> None:
    for number, movie in enumerate(site[:3], start=1):
        rated(ada.rater, movie, stars=5)
        answer = mine.get(MINE, {"n": 100}).json()
        assert answer["taste_version"] == number
        assert movie.pk not in [each["id"] for each in answer["results"]]


@pytest.mark.parametrize("genre", ["Sci-Fi", "sci-fi", "SCI-FI"])
@pytest.mark.usefixtures("live")
def test_a_list_of_one_genre_has_only_that_genre(mine: Client, ada: User, site: list[Movie], genre: str) -> None:
    rated(ada.rater, site[30], stars=5)
    results = mine.get(MINE, {"genre": genre}).json()["results"]
    assert {name for movie in results for name in movie["genres"]} == {"Sci-Fi"}


@pytest.mark.usefixtures("live")
def test_of_an_unknown_genre_there_are_no_films(mine: Client) -> None:
    assert mine.get(MINE, {"genre": "Polka"}).json()["results"] == []


@pytest.mark.usefixtures("live")
def test_another_recommender_of_the_run_can_be_asked(mine: Client, ada: User, site: list[Movie]) -> None:
    rated(ada.rater, site[0], stars=5)
    assert mine.get(MINE, {"recommender": "svd"}).json()["recommender"] == "svd"


@pytest.mark.usefixtures("site")
def test_a_recommender_that_the_run_does_not_have_is_refused(mine: Client, options: Options, clock: Clock) -> None:
    train(TrainingRun.objects.create().pk, replace(options, recommenders=("popularity", "item_knn")), clock=clock)
    answer = mine.get(MINE, {"recommender": "svd"})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["recommender"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", "0"),
        ("n", "101"),
        ("n", "-1"),
        ("n", "x"),
        ("n", "1.5"),
        ("n", "9" * 30),
        ("n", "NaN"),
        ("genre", "\0"),
        ("genre", "x" * 41),
        ("recommender", "magic"),
    ],
)
def test_a_list_that_cannot_be_is_refused_beside_its_field(mine: Client, field: str, value: str) -> None:
    answer = mine.get(MINE, {field: value})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


def test_what_is_recommended_is_for_nobody_else(client: Client) -> None:
    answer = client.get(MINE)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")


@pytest.mark.usefixtures("live")
def test_staff_get_the_list_that_a_person_gets(mine: Client, ada: User, site: list[Movie]) -> None:
    ben = account("ben")
    rated(ben.rater, site[0], stars=5)
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    theirs = mine.get(f"/api/v1/users/{ben.rater.public_id}/recommendations/").json()
    assert theirs["results"][0]["reason"] == "Because you gave Film 1 5 stars."


@pytest.mark.usefixtures("live")
def test_similar_films_are_those_that_the_same_people_like(client: Client, site: list[Movie]) -> None:
    answer = client.get(f"/api/v1/movies/{site[0].pk}/similar/", {"n": 3}).json()
    assert (answer["count"], answer["next"], answer["previous"]) == (3, None, None)
    assert [movie["genres"] for movie in answer["results"]] == [["Sci-Fi"]] * 3
    assert set(answer["results"][0]) == {"id", "title", "year", "genres", "score"}


@pytest.mark.parametrize("n", ["0", "51", "x", "9" * 30])
def test_a_number_of_similar_films_out_of_range_is_refused(client: Client, n: str) -> None:
    answer = client.get(f"/api/v1/movies/{film('Heat (1995)').pk}/similar/", {"n": n})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["n"])


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_film_that_is_not_there_has_no_similar_ones(client: Client, number: str) -> None:
    assert client.get(f"/api/v1/movies/{number}/similar/").status_code == 404


@pytest.mark.usefixtures("live")
def test_a_longer_list_costs_no_more_queries(mine: Client, ada: User, site: list[Movie]) -> None:
    rated(ada.rater, *site[:4], stars=5)
    mine.get(MINE)
    needed = []
    for n in (2, 19):
        with CaptureQueriesContext(connection) as queries:
            assert len(mine.get(MINE, {"n": n}).json()["results"]) == n
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_a_reason_is_a_sentence() -> None:
    heat = Movie(title="Heat", year=1995)
    said = [sentence(Reason(heat, stars, 1.0)) for stars in (0.5, 1, 4.5)]
    assert said == [f"Because you gave Heat (1995) {stars}." for stars in ("0.5 stars", "1 star", "4.5 stars")]


def test_a_list_is_written_as_its_fields_say() -> None:
    heat, ronin = film("Heat (1995)", "Crime"), film("Ronin (1998)")
    reasons = (Reason(ronin, None, 0.5), Reason(heat, 4.5, 0.25))
    serializer = RecommendedMovieSerializer(context={"run": 1})
    for listed in (
        RecommendedMovie(heat, 0.25, "ease", reasons, Prediction(4.5, 4.0, 5.0, 3)),
        RecommendedMovie(ronin, 0.5, "popularity"),
    ):
        by_fields = Serializer.to_representation(serializer, listed)
        assert JSONRenderer().render(serializer.to_representation(listed)) == JSONRenderer().render(by_fields)
