"""Column types that Django does not have."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Seconds = models.BigIntegerField[datetime | float | str, datetime]
else:
    _Seconds = models.BigIntegerField


class UnixTimeField(_Seconds):
    """A moment, kept as whole seconds since 1970 and handed out as an aware datetime.

    Ratings come by the million with their time as such a number. Kept as a number they load several times faster
    on SQLite (which would store a text of 26 characters), compare on both databases, and reach numpy without parsing.
    """

    description = "Moment, in whole seconds since 1970"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> datetime | None:
        """Return the stored seconds as a datetime in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)

    def to_python(self, value: Any) -> datetime | None:
        """Return a datetime for a datetime, a number of seconds, or ISO text."""
        if value is None or isinstance(value, datetime):
            return value
        if isinstance(value, str) and not value.lstrip("-").isdigit():
            return datetime.fromisoformat(value)
        return datetime.fromtimestamp(int(value), UTC)

    def get_prep_value(self, value: Any) -> int | None:
        """Return the whole seconds to store."""
        moment = self.to_python(value)
        return None if moment is None else int(moment.timestamp())
