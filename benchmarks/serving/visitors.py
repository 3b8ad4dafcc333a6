"""Makes visitors in the site of this environment, accounts for people who were imported, and prints them as JSON.

Each has a token for the API, a session for the pages, and a published list. Seeded.
"""

# ruff: noqa: PLC0415, S311  # Django is set up first; nothing here is a secret

import json
import os
import random
from typing import Any

import django

VISITORS, UNSEEN, SEED = 400, 20, 1


def main() -> None:
    """Make them and say who they are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps({"visitors": visitors(), "run": live()}))


def visitors() -> list[dict[str, Any]]:
    """Make an account for people of the release, and return how each of them signs in and what they may rate."""
    from catalog.models import Movie, Rater

    generator = random.Random(SEED)
    known = list(Movie.objects.best_known().values_list("pk", flat=True)[:1_000])
    keys = sorted(Rater.objects.filter(ratings__isnull=False).distinct().values_list("pk", flat=True))
    chosen = generator.sample(keys, min(VISITORS, len(keys)))
    return [_visitor(rater, known, generator) for rater in Rater.objects.filter(pk__in=chosen).order_by("pk")]


def _visitor(rater: Any, known: list[int], generator: random.Random) -> dict[str, Any]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from knox.models import AuthToken

    from accounts.models import User

    user = User(username=f"visitor-{rater.pk}", rater=rater)
    user.set_unusable_password()
    user.save()
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    rated = set(rater.ratings.values_list("movie_id", flat=True))
    unseen = [film for film in known if film not in rated]
    return {
        "public_id": rater.public_id,
        "token": AuthToken.objects.create(user)[1],
        "session": session.session_key,
        "rated": len(rated),
        "unseen": generator.sample(unseen, min(UNSEEN, len(unseen))),
    }


def live() -> dict[str, Any]:
    """Return what the live run was fitted on, and some films by how they are addressed and called."""
    from catalog.models import Movie
    from recommendations.serving import live_run

    run = live_run()
    if run is None:
        raise RuntimeError("No training run is live.")
    films = list(Movie.objects.filter(rating_count__gt=0).order_by("pk").values_list("pk", "title"))
    chosen = random.Random(SEED).sample(films, min(1_000, len(films)))
    return {"recommender": run.default_recommender, "data": run.data, "films": chosen}


if __name__ == "__main__":
    main()
