"""The door for web servers: `granian --interface wsgi config.wsgi:application`."""

import gc
import os

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A request multiplies small matrices: threads would wait for each other longer than one of them works alone. This has
# to be said before numpy is imported.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

application = get_wsgi_application()


class Utf8Request(WSGIRequest):
    """A request whose address and forms are read as UTF-8, whatever charset its Content-Type names.

    Django takes `charset=hex` at its word, and fails when it decodes the address with it.
    """

    @property
    def encoding(self) -> None:
        """None, which stands for UTF-8."""
        return

    @encoding.setter
    def encoding(self, value: object) -> None:
        """Nobody may choose another."""


application.request_class = Utf8Request

# What has been loaded stays: to look through all of it for garbage, in the middle of a request, would find nothing.
gc.collect()
gc.freeze()
