"""Films and ratings as stored facts."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The innermost app: it imports none of the others."""

    name = "catalog"
