"""Lists and recent answers in Redis, for production. The one file that speaks Redis."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from time import monotonic
from urllib.parse import quote
from zlib import crc32

import numpy as np
import redis

from recommendations.store.answers import SECONDS
from recommendations.store.toplists import Block, StoreUnavailable, TopList, TopListStore, pack, pack_one, unpack

_PREFIX = "marquee:lists"
_ANSWERS = "marquee:answers:"
_SLOTS = 8
# A run's lists are spread over this many hashes, so that a cluster can spread them over its machines and dropping a
# run is a few commands however many people there are.
_BUCKETS = 64
# A page does without Redis when it hesitates; a night's work waits for it.
HESITATION = 1.0
PAUSE = 5.0
_PATIENCE = 60.0


class Requested:
    """A Redis as requests meet it: when it has not answered one of them, the next ones do without it for a while.

    One that is silent, as behind a lost network, would otherwise take HESITATION seconds from every lookup. Whoever
    comes PAUSE seconds later tries it again.
    """

    def __init__(self, url: str, *, hesitation: float, clock: Callable[[], float] = monotonic) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=hesitation, socket_connect_timeout=hesitation)
        self._clock, self._tried_again_at = clock, clock()

    @contextlib.contextmanager
    def client(self) -> Iterator[redis.Redis]:
        """Give the client for a command. Raises StoreUnavailable, while Redis is away at once."""
        if self._clock() < self._tried_again_at:
            raise StoreUnavailable("Redis did not answer a moment ago.")
        try:
            with _available():
                yield self._client
        except StoreUnavailable as error:
            if isinstance(error.__cause__, (redis.ConnectionError, redis.TimeoutError)):
                self._tried_again_at = self._clock() + PAUSE
            raise


@lru_cache(maxsize=4)
def requested(url: str) -> Requested:
    """Return the one of this process, so that what lists find out holds for answers too."""
    return Requested(url, hesitation=HESITATION)


class RedisTopLists(TopListStore):
    """Hashes `marquee:lists:<run>:<recommender>:<bucket>` from a rater's eight bytes to the record.

    The set `marquee:lists:runs` names every run that anything was ever kept of, and `marquee:lists:<run>` such
    recommenders, so that nothing is lost sight of; those that are there whole are in `marquee:lists:<run>:whole`.
    """

    def __init__(self, url: str) -> None:
        self._requested = requested(url)
        self._publisher = redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=HESITATION)

    def publish(self, run: int, recommender: str, blocks: Iterable[Block]) -> int:
        """Send each block in one go; only when all are there does the run take fresh lists too.

        What was sent of lists that break off is taken back; a process that is killed leaves it to the next one.
        """
        with _available():
            self._publisher.sadd(f"{_PREFIX}:runs", run)
            self._publisher.sadd(f"{_PREFIX}:{run}", recommender)
            self._withdraw(run, recommender)
            try:
                count = sum(self._send(run, recommender, block) for block in blocks)
                self._publisher.sadd(f"{_PREFIX}:{run}:whole", recommender)
            except BaseException:
                with contextlib.suppress(redis.RedisError):
                    self._withdraw(run, recommender)
                raise
            return count

    def get(self, run: int, recommender: str, rater: int) -> TopList | None:
        """Return the record under the rater's field."""
        with self._requested.client() as client:
            record = client.hget(_key(run, recommender, rater % _BUCKETS), _field(rater))
        return unpack(record) if isinstance(record, bytes) else None

    def put(self, run: int, recommender: str, rater: int, top_list: TopList) -> None:
        """Overwrite the record, if the lists of the run are still there."""
        with self._requested.client() as client:
            if client.sismember(f"{_PREFIX}:{run}:whole", recommender):
                client.hset(_key(run, recommender, rater % _BUCKETS), _field(rater), pack_one(top_list))

    def runs(self) -> set[int]:
        """Return the members of the set of runs."""
        with _available():
            return {int(run) for run in self._publisher.smembers(f"{_PREFIX}:runs")}

    def drop(self, run: int) -> None:
        """Unlink the run's hashes, and forget the run last, so that a drop that was cut short is done again."""
        with _available():
            for name in self._publisher.smembers(f"{_PREFIX}:{run}"):
                self._withdraw(run, name.decode() if isinstance(name, bytes) else name)
            self._publisher.unlink(f"{_PREFIX}:{run}:whole", f"{_PREFIX}:{run}")
            self._publisher.srem(f"{_PREFIX}:runs", run)

    def _send(self, run: int, recommender: str, block: Block) -> int:
        """Write a block, one command for each bucket; return how many lists."""
        fields, records = block.raters.astype("<i8"), pack(block)
        buckets = block.raters % _BUCKETS
        pipeline = self._publisher.pipeline(transaction=False)
        for bucket in np.unique(buckets).tolist():
            members = np.flatnonzero(buckets == bucket)
            pairs = chain.from_iterable((fields[row].tobytes(), records[row].tobytes()) for row in members)
            pipeline.hset(_key(run, recommender, bucket), items=list(pairs))
        pipeline.execute()
        return len(fields)

    def _withdraw(self, run: int, recommender: str) -> None:
        """Take all lists of a recommender away, and let no fresh one come in."""
        self._publisher.srem(f"{_PREFIX}:{run}:whole", recommender)
        self._publisher.unlink(*(_key(run, recommender, bucket) for bucket in range(_BUCKETS)))


class RedisAnswers:
    """Strings `marquee:answers:<rater>:<slot>` that Redis forgets by itself: the question in a line, then the answer.

    Each person has a few slots and a question always has the same one, so that nobody fills Redis with questions.
    """

    def __init__(self, url: str) -> None:
        self._requested = requested(url)

    def get(self, rater: int, asked: str) -> bytes | None:
        """Return the answer that the slot holds, if it is one to this question."""
        with self._requested.client() as client:
            kept = client.get(_slot(rater, asked))
        line = _line(asked)
        return kept[len(line) :] if isinstance(kept, bytes) and kept.startswith(line) else None

    def put(self, rater: int, asked: str, answer: bytes) -> None:
        """Keep an answer in place of the one in its slot."""
        with self._requested.client() as client:
            client.set(_slot(rater, asked), _line(asked) + answer, ex=SECONDS)


def _slot(rater: int, asked: str) -> str:
    query = asked.rpartition(" ")[2]
    return f"{_ANSWERS}{rater}:{crc32(query.encode(errors='replace')) % _SLOTS}"


def _line(asked: str) -> bytes:
    return quote(asked, safe=" =&%+").encode() + b"\n"


def _key(run: int, recommender: str, bucket: int) -> str:
    return f"{_PREFIX}:{run}:{recommender}:{bucket}"


def _field(rater: int) -> bytes:
    return rater.to_bytes(8, "little")


@contextlib.contextmanager
def _available() -> Iterator[None]:
    """Turn whatever goes wrong between us and Redis into StoreUnavailable."""
    try:
        yield
    except redis.RedisError as error:
        raise StoreUnavailable(f"Redis does not do its part: {error}") from error
