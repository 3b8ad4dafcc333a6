"""What the API says about a person, in whichever room: no cache on the way keeps it."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control

personal = method_decorator(cache_control(no_store=True), name="dispatch")
