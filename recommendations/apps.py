"""Models, evaluation and serving."""

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """The app on top: it may import accounts and catalog."""

    name = "recommendations"

    def ready(self) -> None:
        """Have the owner's settings checked, and let ratings leave behind what had been foreseen of them."""
        from accounts.signals import about_to_rate, taken_back  # noqa: PLC0415  # models are there only now
        from recommendations import checks  # noqa: F401, PLC0415  # which registers them
        from recommendations.insight.foresight import keep_forecast  # noqa: PLC0415
        from recommendations.serving.learned import remember_learned  # noqa: PLC0415

        about_to_rate.connect(keep_forecast, dispatch_uid="keep forecast")
        taken_back.connect(remember_learned, dispatch_uid="remember learned")
