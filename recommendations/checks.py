"""Before any command: whether a run can be made with what the owner set."""

from typing import Any

from django.core.checks import CheckMessage, Error, register


@register()
def what_the_owner_set(app_configs: Any, **asked: Any) -> list[CheckMessage]:
    """Return the sentence about a RECS_ setting that cannot be."""
    from recommendations.training.options import from_settings  # noqa: PLC0415  # web workers check and train nothing

    try:
        from_settings()
    except (LookupError, ValueError) as error:
        return [Error(str(error), hint=".env.example describes every setting.", id="recommendations.E001")]
    return []
