"""Films like a film."""

from django.db.models import Exists, OuterRef

from catalog.models import Movie, MovieQuerySet
from recommendations.serving.likeness import EVERYTHING, Way
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.types import SimilarMovie

# Of so many well-known films of its genres the likest ones are taken: a page may not cost more as the catalogue grows.
_CONSIDERED = 100
# Films of one kind are looked for among so many that are like a film.
_CONSIDERED_OF_A_KIND = 200


def similar(movie: Movie, *, n: int = 12, recommender: str | None = None) -> list[SimilarMovie]:
    """Return at most `n` films that the people who like `movie` like too, most alike first, with their genres.

    A film that nobody has rated yet has no such films; then the best known ones that share most of its genres are
    returned, with the part of its genres that they share as score. Raises UnknownRecommender.
    """
    return similar_in(live_models(), movie, n, Movie.objects.with_genres(), recommender)


def similar_in(
    models: LiveModels | None,
    movie: Movie,
    n: int,
    films: MovieQuerySet,
    recommender: str | None = None,
    like: Way = EVERYTHING,
) -> list[SimilarMovie]:
    """Return the same where the models are known, each film as `films` fetches it, and only those that `like` keeps.

    These come from the likest films that there are, of whatever kind: what is far from the film is not like it.
    """
    position = -1 if models is None else int(models.ids.movie_ix([movie.pk])[0])
    if models is None or position < 0:
        return _by_genre(movie, n, like)
    considered = n if like is EVERYTHING else max(n, _CONSIDERED_OF_A_KIND)
    columns, scores = models.recommender(recommender).similar(position, considered)
    keys = models.ids.movies[columns].tolist()
    found = films.filter(like.keeps).in_bulk(keys)
    pairs = zip(keys, scores.tolist(), strict=True)
    return [SimilarMovie(found[key], score) for key, score in pairs if key in found][:n] or _by_genre(movie, n, like)


def _by_genre(movie: Movie, n: int, like: Way) -> list[SimilarMovie]:
    genres = {genre.pk for genre in movie.genres.all()}
    shares_one = Movie.genres.through.objects.filter(movie=OuterRef("pk"), genre__in=genres)
    others = Movie.objects.with_genres().filter(Exists(shares_one)).exclude(pk=movie.pk)
    known = others.filter(like.keeps).order_by("-rating_count", "id")[:_CONSIDERED]
    scored = [
        SimilarMovie(other, len(genres & {genre.pk for genre in other.genres.all()}) / len(genres)) for other in known
    ]
    return sorted(scored, key=lambda found: found.score, reverse=True)[:n]
