"""How lists, reasons and runs look in the API, and what a list may be asked for."""

from typing import Any

from rest_framework import serializers

from catalog.models import Movie
from catalog.serializers import GenreNames
from recommendations.algorithms.registry import RECOMMENDERS
from recommendations.serving.types import Reason, RecommendedMovie

MOST_RECOMMENDED = 100
MOST_SIMILAR = 50


class RecommendationsQuery(serializers.Serializer[Any]):
    """What a list of recommendations may be asked for."""

    n = serializers.IntegerField(
        min_value=1, max_value=MOST_RECOMMENDED, default=20, help_text="How many films, at most."
    )
    genre = serializers.CharField(
        required=False, max_length=40, help_text="Only films of this genre: its name or slug. Unknown: no films."
    )
    recommender = serializers.ChoiceField(
        choices=list(RECOMMENDERS), required=False, help_text="Which recommender to ask instead of the site's own."
    )


class SimilarQuery(serializers.Serializer[Any]):
    """What a list of similar films may be asked for."""

    n = serializers.IntegerField(min_value=1, max_value=MOST_SIMILAR, default=10, help_text="How many films, at most.")


class ListedMovieSerializer(serializers.Serializer[Any]):
    """A film on a list, with its score: higher is better, and only scores of one list can be compared."""

    id = serializers.IntegerField(source="movie.id")
    title = serializers.CharField(source="movie.title")
    year = serializers.IntegerField(source="movie.year", allow_null=True)
    genres = GenreNames(source="movie.genres")
    score = serializers.FloatField()


class NamedMovieSerializer(serializers.ModelSerializer[Movie]):
    """Just enough to name a film."""

    class Meta:
        model = Movie
        fields = ["id", "title", "year"]
        read_only_fields = fields


class ReasonSerializer(serializers.Serializer[Reason]):
    """One own rating that pushed the film up, or one film that was picked at the start."""

    movie = NamedMovieSerializer()
    stars = serializers.FloatField(allow_null=True, help_text="null: the film was picked, not rated.")
    share = serializers.FloatField(help_text="Its part of all that spoke for the film, 0 to 1.")


def _written(reason: Reason) -> dict[str, Any]:
    named = {"id": reason.movie.pk, "title": reason.movie.title, "year": reason.movie.year}
    return {"movie": named, "stars": reason.stars, "share": reason.share}


class RecommendedMovieSerializer(ListedMovieSerializer):
    """A recommended film, and why."""

    predicted_stars = serializers.FloatField(
        source="prediction.stars", default=None, allow_null=True, help_text="What the person would probably give it."
    )
    predicted_low = serializers.FloatField(
        source="prediction.low",
        default=None,
        allow_null=True,
        help_text="The lower end of the range that holds four such ratings in five.",
    )
    predicted_high = serializers.FloatField(
        source="prediction.high", default=None, allow_null=True, help_text="Its upper end."
    )
    support = serializers.IntegerField(
        source="prediction.support",
        default=0,
        help_text="How many own ratings of similar films that rests on; 0: it is everybody's average.",
    )
    recommender = serializers.CharField()
    run = serializers.SerializerMethodField()
    reasons = ReasonSerializer(many=True)
    reason = serializers.SerializerMethodField(help_text="The best reason as a sentence; empty when there is none.")

    def to_representation(self, film: RecommendedMovie) -> dict[str, Any]:
        """Write the fields out: a list has hundreds, and to ask each by its name takes a tenth of an answer's time."""
        movie, prediction = film.movie, film.prediction
        return {
            "id": movie.pk,
            "title": movie.title,
            "year": movie.year,
            "genres": [genre.name for genre in movie.genres.all()],
            "score": float(film.score),
            "predicted_stars": prediction and prediction.stars,
            "predicted_low": prediction and prediction.low,
            "predicted_high": prediction and prediction.high,
            "support": prediction.support if prediction else 0,
            "recommender": film.recommender,
            "run": self.get_run(film),
            "reasons": [_written(reason) for reason in film.reasons],
            "reason": self.get_reason(film),
        }

    def get_run(self, film: Any) -> int | None:
        """Return the training run that the list was made with."""
        run: int | None = self.context["run"]
        return run

    def get_reason(self, film: Any) -> str:
        """Return a sentence about the rating that did most for the film."""
        return sentence(film.reasons[0]) if film.reasons else ""


def sentence(reason: Reason) -> str:
    """Return "Because you gave Heat (1995) 5 stars."."""
    if reason.stars is None:
        return f"Because you picked films like {reason.movie}."
    return f"Because you gave {reason.movie} {reason.stars:g} {'star' if reason.stars == 1 else 'stars'}."


class _ListSerializer(serializers.Serializer[Any]):
    """What every list has; these are never longer than one page."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SimilarMoviesSerializer(_ListSerializer):
    """Films that the same people like, most similar first."""

    results = ListedMovieSerializer(many=True)


class RecommendationsSerializer(_ListSerializer):
    """A list for one person, best first, and what it was made from."""

    results = RecommendedMovieSerializer(many=True)
    run = serializers.IntegerField(allow_null=True, help_text="The training run; null until the first one is live.")
    recommender = serializers.CharField()
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field like any other
        choices=["published", "fresh", "popularity"],
        help_text="published: made with the run; fresh: made from newer ratings; popularity: the same for everybody.",
    )
    taste_version = serializers.IntegerField(help_text="The state of the person's ratings that the list answers to.")


class HealthSerializer(serializers.Serializer[Any]):
    """Whether recommendations are served, and from what."""

    status = serializers.ChoiceField(choices=["starting", "ok"], help_text="starting: no training run is live yet.")
    run = serializers.IntegerField(allow_null=True)
    recommender = serializers.CharField(allow_null=True)
    live_since = serializers.DateTimeField(allow_null=True)
    films = serializers.IntegerField(help_text="Films on the site.")
    people = serializers.IntegerField(allow_null=True, help_text="People whom the live run learned from.")


class StepSerializer(serializers.Serializer[Any]):
    """One step of a training run."""

    name = serializers.CharField()
    seconds = serializers.FloatField(allow_null=True)
    peak_memory = serializers.IntegerField(allow_null=True, help_text="In bytes.")
    detail = serializers.DictField(help_text="What the step tells: for fit, each recommender's seconds.")


class MetricsSerializer(serializers.Serializer[Any]):
    """How good the live run is, measured on people or ratings that were kept out of its training."""

    run = serializers.IntegerField(allow_null=True)
    recommender = serializers.CharField(allow_null=True, help_text="The one that lists are made with.")
    live_since = serializers.DateTimeField(allow_null=True)
    trained_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True, help_text="How long the training took.")
    data = serializers.DictField(  # type: ignore[assignment]  # a field like any other
        child=serializers.IntegerField(), help_text="people, films and ratings."
    )
    people = serializers.IntegerField(help_text="How many people the recommenders were measured on.")
    recommenders = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField()),
        help_text="For each: ndcg_at_10, recall_at_10, precision_at_10, map_at_10, mrr_at_10, hit_rate_at_10, "
        "coverage, gini, novelty, popularity_lift, and where genres are known diversity and miscalibration.",
    )
    intervals = serializers.DictField(
        child=serializers.DictField(child=serializers.ListField(child=serializers.FloatField())),
        help_text='For each recommender, and "stars": the ends of each figure\'s 95 % interval.',
    )
    stars = serializers.DictField(help_text="rmse and mae of predicted stars, and on how many ratings.")
    steps = StepSerializer(many=True)
