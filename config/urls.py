"""Which address leads to which room."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from accounts import views as accounts
from catalog import views as catalog
from recommendations import views as recommendations

urlpatterns = [
    path("", recommendations.home, name="home"),
    path("start/", recommendations.start, name="start"),
    path("start/rating/", recommendations.start_rating, name="start-rating"),
    path("films/", catalog.browse, name="browse"),
    path("films/<int:pk>/", catalog.movie, name="movie"),
    path("films/<int:pk>/rate", accounts.rate, name="rate"),
    path("films/<int:pk>/unrate", accounts.unrate, name="unrate"),
    path("films/<int:pk>/hide", accounts.hide, name="hide"),
    path("films/<int:pk>/unhide", accounts.unhide, name="unhide"),
    path("posters/<int:pk>.svg", catalog.poster, name="poster"),
    path("search/", catalog.search, name="search"),
    path("me/ratings/", accounts.my_ratings, name="my-ratings"),
    path("auth/demo", accounts.demo_sign_in, name="demo-sign-in"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/favicon.svg"))),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
]

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
