"""The owner's site at /admin/."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.decorators import method_decorator


class MarqueeAdminSite(AdminSite):
    """The admin, whose sign-in goes through allauth, so that its limits hold here too."""

    site_header = site_title = "Marquee"
    index_title = "What is on the site"

    login = method_decorator(secure_admin_login)(AdminSite.login)
