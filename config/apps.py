"""Django's admin, under our own name and behind our own sign-in."""

from django.contrib.admin.apps import SimpleAdminConfig


class MarqueeAdminConfig(SimpleAdminConfig):
    """Makes `config.admin.MarqueeAdminSite` the site on which every app registers."""

    default_site = "config.admin.MarqueeAdminSite"
