"""Models, evaluation and serving."""

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """The app on top: it may import accounts and catalog."""

    name = "recommendations"
