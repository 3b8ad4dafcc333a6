"""Between a list and its reasons: by what the parts' scores of a history were divided."""

import numpy as np
from scipy import sparse

MOST = 256


class KnownSpreads(dict[bytes, dict[str, np.float32]]):
    """The standard deviations of the hybrid's parts' scores, of the last histories that were asked about.

    They are kept because reasons follow lists, and both are asked for again and again.
    """

    def of(self, history: sparse.csr_matrix) -> dict[str, np.float32]:
        """Return those of a one-row history by the part's name, as far as they are known; what is added is kept."""
        content = history.indices.tobytes() + history.data.tobytes()
        spreads = self.pop(content, {})
        self[content] = spreads
        while len(self) > MOST:
            self.pop(list(self)[0], None)  # noqa: RUF015  # other threads may add to it meanwhile
        return spreads
