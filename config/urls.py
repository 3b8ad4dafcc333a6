"""Which address leads to which room."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from accounts import views as accounts
from catalog import views as catalog
from recommendations import views as recommendations
from recommendations.insight import nights
from recommendations.insight import views as insight

urlpatterns = [
    path("", recommendations.home, name="home"),
    path("films/", catalog.browse, name="browse"),
    path("films/<int:pk>/", catalog.movie, name="movie"),
    path("films/<int:pk>/rate", accounts.rate, name="rate"),
    path("films/<int:pk>/unrate", accounts.unrate, name="unrate"),
    path("films/<int:pk>/hide", accounts.hide, name="hide"),
    path("films/<int:pk>/unhide", accounts.unhide, name="unhide"),
    path("posters/<int:pk>.svg", catalog.poster, name="poster"),
    path("search/", catalog.search, name="search"),
    path("me/ratings/", accounts.my_ratings, name="my-ratings"),
    path("me/statistics/", insight.statistics, name="statistics"),
    path("me/twins/", insight.twins, name="twins"),
    path("me/twins/share", insight.share, name="share-taste"),
    path("me/twins/of/<str:username>/", insight.twin, name="twin"),
    path("nights/", nights.nights, name="nights"),
    path("nights/<str:token>/", nights.night, name="night"),
    path("nights/<str:token>/join", nights.join, name="night-join"),
    path("nights/<str:token>/leave", nights.leave, name="night-leave"),
    path("nights/<str:token>/rule", nights.rule, name="night-rule"),
    path("nights/<str:token>/free", nights.free, name="night-free"),
    path("nights/<str:token>/end", nights.end, name="night-end"),
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
