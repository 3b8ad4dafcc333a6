"""What was worked out from somebody's ratings, for the next who asks about the same ones."""

from collections.abc import Callable
from typing import TypeVar

from scipy import sparse

Found = TypeVar("Found")


class OfRecentHistories(dict[bytes, Found]):
    """What was found out about the last histories that were asked about, `most` of them.

    A list, its reasons and its predicted stars follow each other, and all begin with the same work.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def of(self, history: sparse.csr_matrix, work: Callable[[], Found]) -> Found:
        """Return what is kept of a one-row history, else what `work` gives, which is kept from now on."""
        content = history.indices.tobytes() + history.data.tobytes()
        kept = self.pop(content, None)
        found = work() if kept is None else kept
        self[content] = found
        while len(self) > self.most:
            self.pop(list(self)[0], None)  # noqa: RUF015  # other threads may add to it meanwhile
        return found
