"""Django's admin, under our own name and behind our own sign-in."""

from django.contrib.admin.apps import AdminConfig


class MarqueeAdminConfig(AdminConfig):
    """Makes `config.admin.MarqueeAdminSite` the site on which every app registers."""

    default_site = "config.admin.MarqueeAdminSite"
