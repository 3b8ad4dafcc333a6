"""Settings of the peer: the site's own, for the one view in `bare_urls.py`.

BARE_MIDDLEWARE=ours puts the site's own middleware in front of it; without, there is none.
"""

import os

from config.settings import *  # noqa: F403  # all of the site's settings, but for those below

ROOT_URLCONF = "benchmarks.serving.bare_urls"
if os.environ.get("BARE_MIDDLEWARE") != "ours":
    INSTALLED_APPS: list[str] = []
    MIDDLEWARE: list[str] = []
