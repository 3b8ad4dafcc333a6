"""Films, whoever rates, and ratings: the facts that everything else is computed from."""

import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.text import slugify

from catalog.fields import UnixTimeField

# A film's average is damped as if it already had this many ratings of this many half stars.
PRIOR_RATINGS = 10
PRIOR_HALF_STARS = 7


def random_public_id() -> int:
    """Return a random number from 1 that JSON carries without loss (below 2 to the power of 53)."""
    return secrets.randbelow(2**53 - 1) + 1


class Numbering(models.TextChoices):
    """Who numbered a film: MovieLens 1M and all later releases share their numbers, 100K has its own."""

    SAMPLE = "sample", "Marquee's sample"
    ML_100K = "ml-100k", "MovieLens 100K"
    MOVIELENS = "movielens", "MovieLens"


class Release(models.Model):
    """A set of films and ratings that was imported, such as ml-latest-small. At most one is there at a time."""

    name = models.CharField(max_length=60, unique=True)
    numbering = models.CharField(max_length=12, choices=Numbering)
    imported_at = models.DateTimeField(db_default=Now())
    summary = models.JSONField(default=dict, help_text="What the last import counted.")

    def __str__(self) -> str:
        return self.name

    @property
    def is_invented(self) -> bool:
        """Whether its people are invented, which every page then says."""
        return self.numbering == Numbering.SAMPLE


class Genre(models.Model):
    """A genre as MovieLens names it."""

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the genre, with a slug made from its name."""
        self.slug = self.slug or slugify(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the page that lists its films."""
        return f"{reverse('browse')}?genre={self.slug}"


class Catalogue(models.Model):
    """What is known of all films together: one row, changed in the transaction that changes a film.

    `stamp` is another random number after each change of the films, so that whoever keeps something made from them
    sees by one row whether it is stale. Random, because a counter that was rolled back would give a number twice.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.BigIntegerField(default=random_public_id)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_catalogue")]

    def __str__(self) -> str:
        return f"{self.stamp:x}"

    @classmethod
    def changed(cls) -> None:
        """Note that a film is new, different or gone."""
        stamp = random_public_id()
        if not cls.objects.update(stamp=stamp):
            cls.objects.create(stamp=stamp)


class MovieQuerySet(QuerySet["Movie"]):
    """Sets of films."""

    def with_genres(self) -> "MovieQuerySet":
        """Fetch genres together with the films, in one more query however many films there are."""
        return self.prefetch_related("genres")

    def best_known(self) -> "MovieQuerySet":
        """Put the films that most people rated first."""
        return self.order_by("-rating_count", "id")


class Movie(models.Model):
    """A film. Its count and sum of ratings are kept exact by whoever writes ratings."""

    numbering = models.CharField(max_length=12, choices=Numbering)
    number = models.PositiveBigIntegerField(help_text="The film's id in that numbering.")
    title = models.CharField(max_length=300, help_text='As people say it: "The Godfather".')
    listed_title = models.CharField(max_length=300, help_text='As the source lists it: "Godfather, The (1972)".')
    original_title = models.CharField(max_length=300, blank=True, help_text="In the film's own language, if known.")
    search_text = models.TextField(help_text="Every form of the title, folded for searching.")
    year = models.PositiveSmallIntegerField(null=True, blank=True, db_index=True)
    genres = models.ManyToManyField(Genre, related_name="movies", blank=True)
    imdb_id = models.PositiveBigIntegerField(null=True, blank=True, db_index=True)
    tmdb_id = models.PositiveBigIntegerField(null=True, blank=True)
    overview = models.TextField(blank=True)
    rating_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    rating_sum = models.PositiveBigIntegerField(default=0, db_default=0, editable=False, help_text="In half stars.")
    damped_mean = models.GeneratedField(
        expression=(F("rating_sum") + float(PRIOR_HALF_STARS * PRIOR_RATINGS))
        / (F("rating_count") + float(PRIOR_RATINGS))
        / 2.0,
        output_field=models.FloatField(),
        db_persist=True,
    )

    objects = MovieQuerySet.as_manager()

    class Meta:
        verbose_name = "film"
        ordering = ["-rating_count", "id"]
        constraints = [models.UniqueConstraint(fields=["numbering", "number"], name="movie_number")]
        indexes = [
            models.Index(F("rating_count").desc(), "id", name="movie_best_known"),
            models.Index(F("damped_mean").desc(), "id", name="movie_best_rated"),
            models.Index(F("year").desc(), F("rating_count").desc(), "id", name="movie_newest"),
            models.Index("year", F("rating_count").desc(), "id", name="movie_oldest"),
            models.Index(Lower("listed_title"), "id", name="movie_by_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.year})" if self.year else self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the film, and note that it may have another title now."""
        super().save(*args, **kwargs)
        Catalogue.changed()

    def get_absolute_url(self) -> str:
        """Return the film's page."""
        return reverse("movie", args=[self.pk])

    @property
    def mean_stars(self) -> float | None:
        """The plain average of its ratings, in stars; None while there are none."""
        return self.rating_sum / self.rating_count / 2 if self.rating_count else None

    @property
    def imdb_url(self) -> str:
        """The film at IMDb, or nothing."""
        return f"https://www.imdb.com/title/tt{self.imdb_id:07d}/" if self.imdb_id else ""

    @property
    def tmdb_url(self) -> str:
        """The film at TMDB, or nothing."""
        return f"https://www.themoviedb.org/movie/{self.tmdb_id}" if self.tmdb_id else ""


class Rater(models.Model):
    """Whoever rates: a person of a release, the owner of an account, a visitor, a guest.

    `public_id` is the only id of a person that leaves the database: to the API, to lists and to model files.
    """

    class Gender(models.TextChoices):
        """As MovieLens 100K and 1M record it."""

        FEMALE = "F", "female"
        MALE = "M", "male"

    public_id = models.BigIntegerField(unique=True, default=random_public_id, editable=False)
    release = models.ForeignKey(Release, models.CASCADE, null=True, blank=True, related_name="raters")
    number = models.PositiveBigIntegerField(null=True, blank=True, help_text="The person's id in that release.")
    age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In ml-1m: the lower end of a band.")
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    occupation = models.CharField(max_length=40, blank=True)
    zip_code = models.CharField(max_length=12, blank=True)
    trains = models.BooleanField(default=True, db_default=True, help_text="Whether models learn from these ratings.")
    taste_version = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="Raised by each change of taste."
    )

    class Meta:
        verbose_name, verbose_name_plural = "person", "people"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["release", "number"], name="rater_number")]

    def __str__(self) -> str:
        return f"{self.release} {self.number}" if self.release_id else f"person {self.public_id}"


class Rating(models.Model):
    """What somebody gave a film, in half stars from 1 (½ ★) to 10 (5 ★)."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="ratings", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="ratings")
    half_stars = models.PositiveSmallIntegerField()
    rated_at = UnixTimeField()

    class Meta:
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["rater", "movie"], name="rating_once"),
            models.CheckConstraint(condition=Q(half_stars__gte=1, half_stars__lte=10), name="rating_half_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} ★"

    @property
    def stars(self) -> float:
        """The rating in stars, 0.5 to 5.0."""
        return self.half_stars / 2


class StarCount(models.Model):
    """How many people gave a film that many half stars: a total of its ratings, kept exact by whoever writes those.

    A film that nobody gave them has no row, or one of zero.
    """

    movie = models.ForeignKey(Movie, models.CASCADE, related_name="star_counts", db_index=False)
    half_stars = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["movie", "half_stars"], name="star_count_once")]

    def __str__(self) -> str:
        return f"{self.people} × {self.half_stars / 2} ★"


class Tag(models.Model):
    """A word that people put on films, kept as first written and told apart without regard to case."""

    name = models.CharField(max_length=255)
    folded = models.CharField(max_length=255, unique=True, editable=False)

    class Meta:
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """One person's use of a tag on a film."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="taggings", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    tagged_at = UnixTimeField()

    class Meta:
        ordering = ["-tagged_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["rater", "movie", "tag"], name="tagging_once")]

    def __str__(self) -> str:
        return str(self.tag)


class GenomeTag(models.Model):
    """A tag of MovieLens' tag genome; its `number` minus one is its place in every film's genome."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Genome(models.Model):
    """How much each tag of the genome fits a film: little-endian float16 from 0 to 1, one per GenomeTag.

    A row per film and tag would be fifteen million rows that are only ever read film by film.
    """

    movie = models.OneToOneField(Movie, models.CASCADE, primary_key=True)
    relevance = models.BinaryField()

    def __str__(self) -> str:
        return f"Genome of {self.movie}"
