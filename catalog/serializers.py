"""How films look in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import Genre, Movie, Tag
from catalog.selectors import most_used_tags


class GenreNames(serializers.ListField):
    """A film's genres by name, in alphabetical order; free of queries when they were fetched with the film."""

    child = serializers.CharField()

    def to_representation(self, value: Any) -> list[str]:
        """Return the names."""
        genres: list[Genre] = list(value.all())
        return [genre.name for genre in genres]


class MovieBriefSerializer(serializers.ModelSerializer[Movie]):
    """A film as part of something else."""

    genres = GenreNames(read_only=True)

    class Meta:
        model = Movie
        fields = ["id", "title", "year", "genres"]
        read_only_fields = fields


class MovieSerializer(serializers.ModelSerializer[Movie]):
    """A film on a list."""

    genres = GenreNames(read_only=True)
    mean_stars = serializers.FloatField(
        read_only=True, allow_null=True, help_text="The plain average of its ratings; null while there are none."
    )

    class Meta:
        model = Movie
        fields = [
            "id",
            "title",
            "year",
            "genres",
            "original_title",
            "imdb_id",
            "tmdb_id",
            "rating_count",
            "mean_stars",
        ]
        read_only_fields = fields


class TagSerializer(serializers.Serializer[Tag]):
    """A tag on a film."""

    name = serializers.CharField()
    uses = serializers.IntegerField(help_text="How many people put it on the film.")


class MovieDetailSerializer(MovieSerializer):
    """All that is known of a film."""

    tags = serializers.SerializerMethodField(help_text="The most used ones, most used first.")

    class Meta(MovieSerializer.Meta):
        fields = [*MovieSerializer.Meta.fields, "overview", "numbering", "number", "tags"]
        read_only_fields = fields

    @extend_schema_field(TagSerializer(many=True))
    def get_tags(self, movie: Movie) -> Any:
        """Return the tags that most people put on the film."""
        tags: Any = most_used_tags(movie)
        return TagSerializer(tags, many=True).data
