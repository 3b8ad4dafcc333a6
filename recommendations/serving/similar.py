"""Films like a film."""

from django.db.models import Count, Q

from catalog.models import Movie
from recommendations.serving.live import live_models
from recommendations.serving.types import SimilarMovie


def similar(movie: Movie, *, n: int = 12, recommender: str | None = None) -> list[SimilarMovie]:
    """Return at most `n` films that the people who like `movie` like too, most alike first.

    A film that nobody has rated yet has no such films; then the best known ones that share most of its genres are
    returned, with the part of its genres that they share as score. Raises UnknownRecommender.
    """
    models = live_models()
    if models is None:
        return _by_genre(movie, n)
    position = int(models.ids.movie_ix([movie.pk])[0])
    if position < 0:
        return _by_genre(movie, n)
    columns, scores = models.recommender(recommender).similar(position, n)
    keys = models.ids.movies[columns].tolist()
    found = Movie.objects.with_genres().in_bulk(keys)
    pairs = zip(keys, scores.tolist(), strict=True)
    films = [SimilarMovie(found[key], score) for key, score in pairs if key in found]
    return films or _by_genre(movie, n)


def _by_genre(movie: Movie, n: int) -> list[SimilarMovie]:
    genres = [genre.pk for genre in movie.genres.all()]
    shared = Count("genres", filter=Q(genres__in=genres))
    others = Movie.objects.with_genres().filter(genres__in=genres).exclude(pk=movie.pk).annotate(shared=shared)
    best = others.order_by("-shared", "-rating_count", "id")[:n]
    return [SimilarMovie(other, getattr(other, "shared") / len(genres)) for other in best]  # noqa: B009
