"""What the API takes from and tells about people. Whoever comes in and what goes out are different serializers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from accounts.selectors import rating_count
from accounts.services import RatingRefused, half_stars_from
from catalog.models import Movie, Rater, Rating
from catalog.serializers import MovieBriefSerializer


@extend_schema_field({"type": "number", "minimum": 0.5, "maximum": 5, "multipleOf": 0.5, "example": 4.5})
class StarsField(serializers.Field[float, Any, float, Any]):
    """A number of stars; what only looks like one ("4", true) is refused."""

    def to_internal_value(self, data: Any) -> float:
        """Return the stars, or say what a rating is."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("A number, please, such as 4.5.")
        try:
            return half_stars_from(data) / 2
        except RatingRefused as refused:
            raise serializers.ValidationError(str(refused)) from refused

    def to_representation(self, value: float) -> float:
        """Return the stars."""
        return value


class WholeNumberField(serializers.IntegerField):
    """An integer; REST framework's own also takes "7", 7.0 and true."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number, or say that it is none."""
        if type(data) is not int:
            raise serializers.ValidationError("A whole number, please.")
        return data


class StarsInput(serializers.Serializer[Any]):
    """New stars for a film that the address names."""

    stars = StarsField(help_text="½ to 5, in half stars.")


class RatingInput(StarsInput):
    """A film and its stars."""

    movie = serializers.PrimaryKeyRelatedField(
        queryset=Movie.objects.all(), pk_field=WholeNumberField(), help_text="The film's id."
    )


class RatingSerializer(serializers.ModelSerializer[Rating]):
    """A rating as it is stored."""

    movie = MovieBriefSerializer(read_only=True)
    stars = serializers.FloatField(read_only=True)
    rated_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Rating
        fields = ["movie", "stars", "rated_at"]
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    """Oneself."""

    id = serializers.IntegerField(source="rater.public_id", read_only=True)
    ratings = serializers.SerializerMethodField(help_text="How many there are.")
    taste_version = serializers.IntegerField(
        source="rater.taste_version", read_only=True, help_text="Raised by whatever changes the list."
    )

    class Meta:
        model = User
        fields = ["id", "username", "email", "is_staff", "is_demo", "ratings", "taste_version"]
        read_only_fields = fields

    def get_ratings(self, user: User) -> int:
        """Return how many films the account has rated."""
        return rating_count(user.rater)


class UserSerializer(serializers.ModelSerializer[Rater]):
    """Somebody who rates: the owner of an account, or a person of the imported release."""

    id = serializers.IntegerField(source="public_id", read_only=True)
    username = serializers.CharField(
        source="user.username", read_only=True, default=None, allow_null=True, help_text="null without an account."
    )
    release = serializers.CharField(
        source="release.name", read_only=True, default=None, allow_null=True, help_text="null with an account."
    )
    ratings = serializers.IntegerField(source="ratings_given", read_only=True, help_text="How many there are.")

    class Meta:
        model = Rater
        fields = ["id", "username", "release", "number", "ratings", "taste_version", "trains"]
        read_only_fields = fields


class SignInInput(serializers.Serializer[Any]):
    """What a token is given for."""

    username = serializers.CharField(max_length=254, help_text="Name or e-mail address.")
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer[Any]):
    """A token. It is shown this once."""

    token = serializers.CharField(help_text="Send it as Authorization: Bearer ….")
    expiry = serializers.DateTimeField(allow_null=True, help_text="Until when it is good; null: until it is revoked.")
