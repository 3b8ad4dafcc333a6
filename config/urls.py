"""Which address leads to which room."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from accounts import bring, list_views, take_away
from accounts import views as accounts
from catalog import views as catalog
from config.styleguide import styleguide
from recommendations import browse, taste_views, watchlist
from recommendations import views as recommendations
from recommendations.insight import nights
from recommendations.insight import views as insight


class Name(StringConverter):
    """What somebody can be called: no database takes a NUL."""

    regex = "[^/\\0]+"


register_converter(Name, "name")

# Here and not at every start: commands without pages need nothing of what the admin shows.
admin.autodiscover()

urlpatterns = [
    path("", recommendations.home, name="home"),
    path("films/", browse.browse, name="browse"),
    path("start/", recommendations.start, name="start"),
    path("start/rating/", recommendations.start_rating, name="start-rating"),
    path("films/<int:pk>/", catalog.movie, name="movie"),
    path("films/<int:pk>/sheet", accounts.sheet, name="sheet"),
    path("films/<int:pk>/rate", accounts.rate, name="rate"),
    path("films/<int:pk>/unrate", accounts.unrate, name="unrate"),
    path("films/<int:pk>/hide", accounts.hide, name="hide"),
    path("films/<int:pk>/unhide", accounts.unhide, name="unhide"),
    path("films/<int:pk>/mute", accounts.mute, name="mute"),
    path("films/<int:pk>/unmute", accounts.unmute, name="unmute"),
    path("films/<int:pk>/keep-showing", accounts.keep_showing, name="keep-showing"),
    path("films/<int:pk>/let-sink", accounts.let_sink, name="let-sink"),
    path("posters/<int:pk>.svg", catalog.poster, name="poster"),
    path("search/", catalog.search, name="search"),
    path("films/<int:pk>/watch", accounts.watch, name="watch"),
    path("films/<int:pk>/unwatch", accounts.unwatch, name="unwatch"),
    path("films/<int:pk>/list", list_views.add, name="list-add"),
    path("me/watchlist/", watchlist.watchlist, name="watchlist"),
    path("me/hidden/", accounts.hidden, name="hidden"),
    path("me/lists/", list_views.lists, name="lists"),
    path("me/lists/<int:pk>/", list_views.one, name="list"),
    path("me/lists/<int:pk>/delete", list_views.delete, name="list-delete"),
    path("me/lists/<int:pk>/share", list_views.share, name="list-share"),
    path("me/lists/<int:pk>/films/<int:movie_pk>/move", list_views.move, name="list-move"),
    path("me/lists/<int:pk>/films/<int:movie_pk>/note", list_views.note, name="list-note"),
    path("me/lists/<int:pk>/films/<int:movie_pk>/remove", list_views.remove, name="list-remove"),
    path("lists/<slug:token>/", list_views.shared, name="shared-list"),
    path("me/", accounts.me, name="me"),
    path("me/ratings/", accounts.my_ratings, name="my-ratings"),
    path("me/taste/", taste_views.taste_page, name="taste"),
    path("me/taste/reset", taste_views.reset, name="taste-reset"),
    path("me/taste/unmute-all", taste_views.unmute_all, name="unmute-all"),
    path("me/taste/compare/", taste_views.compare, name="taste-compare"),
    path("me/statistics/", insight.statistics, name="statistics"),
    path("me/twins/", insight.twins, name="twins"),
    path("me/twins/share", insight.share, name="share-taste"),
    path("me/twins/of/<name:username>/", insight.twin, name="twin"),
    path("nights/", nights.nights, name="nights"),
    path("nights/<slug:token>/", nights.night, name="night"),
    path("nights/<slug:token>/join", nights.join, name="night-join"),
    path("nights/<slug:token>/leave", nights.leave, name="night-leave"),
    path("nights/<slug:token>/rule", nights.rule, name="night-rule"),
    path("nights/<slug:token>/free", nights.free, name="night-free"),
    path("nights/<slug:token>/end", nights.end, name="night-end"),
    path("me/import/", bring.bring_ratings, name="bring-ratings"),
    path("me/import/<slug:token>/", bring.preview, name="bring-ratings-preview"),
    path("me/imports/<int:pk>/", bring.rating_import, name="rating-import"),
    path("me/imports/<int:pk>/undo", bring.undo_rating_import, name="undo-rating-import"),
    path("me/export/", take_away.take_away, name="take-away"),
    path("auth/demo", accounts.demo_sign_in, name="demo-sign-in"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("posters/<int:pk>.jpg", catalog.real_poster, name="real-poster"),
    path("styleguide/", styleguide, name="styleguide"),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/favicon.svg"))),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
]

handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
