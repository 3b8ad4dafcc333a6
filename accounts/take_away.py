"""Where people take everything with them that is kept about them."""

from tempfile import SpooledTemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.exporting import write_archive
from accounts.guests import rater_of

IN_MEMORY = 1024**2


@never_cache
@require_safe
def take_away(request: HttpRequest) -> HttpResponseBase:
    """Hand out a zip of everything that is kept about the reader."""
    rater, now = rater_of(request), timezone.now()
    if rater is None:
        messages.info(request, "There is nothing of yours here yet. Rate a film, or bring your ratings.")
        return redirect("bring-ratings")
    # Whoever sends the answer closes it.
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    write_archive(rater=rater, to=file, at=now)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"marquee-{now:%Y-%m-%d}.zip")
