"""Lists in Redis, for production. The one file that speaks Redis."""

import contextlib
from collections.abc import Iterable, Iterator

import redis

from recommendations.store.toplists import Block, StoreUnavailable, TopList, TopListStore, pack, pack_one, unpack

_PREFIX = "marquee:lists"
# A run's lists are spread over this many hashes, so that a cluster can spread them over its machines and dropping a
# run is a few commands however many people there are.
_BUCKETS = 64


class RedisTopLists(TopListStore):
    """Hashes `marquee:lists:<run>:<recommender>:<bucket>` from a rater's eight bytes to the record.

    The set `marquee:lists:runs` names every run that anything was ever kept of, so that nothing is lost sight of.
    """

    def __init__(self, url: str, *, timeout: float = 1.0) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout)

    def publish(self, run: int, recommender: str, blocks: Iterable[Block]) -> int:
        """Send all lists through one pipeline, a block at a time."""
        with _available():
            self._client.sadd(f"{_PREFIX}:runs", run)
            self._client.sadd(f"{_PREFIX}:{run}", recommender)
            self._client.unlink(*(_key(run, recommender, bucket) for bucket in range(_BUCKETS)))
            pipeline, count = self._client.pipeline(transaction=False), 0
            for block in blocks:
                for rater, record in zip(block.raters.tolist(), pack(block), strict=True):
                    pipeline.hset(_key(run, recommender, rater % _BUCKETS), _field(rater), record.tobytes())
                pipeline.execute()
                count += len(block.raters)
            return count

    def get(self, run: int, recommender: str, rater: int) -> TopList | None:
        """Return the record under the rater's field."""
        with _available():
            record = self._client.hget(_key(run, recommender, rater % _BUCKETS), _field(rater))
        return unpack(record) if isinstance(record, bytes) else None

    def put(self, run: int, recommender: str, rater: int, top_list: TopList) -> None:
        """Overwrite the record, if the run is still kept."""
        with _available():
            if self._client.sismember(f"{_PREFIX}:{run}", recommender):
                self._client.hset(_key(run, recommender, rater % _BUCKETS), _field(rater), pack_one(top_list))

    def runs(self) -> set[int]:
        """Return the members of the set of runs."""
        with _available():
            return {int(run) for run in self._client.smembers(f"{_PREFIX}:runs")}

    def drop(self, run: int) -> None:
        """Unlink the run's hashes, and forget the run last, so that a drop that was cut short is done again."""
        with _available():
            for name in self._client.smembers(f"{_PREFIX}:{run}"):
                recommender = name.decode() if isinstance(name, bytes) else name
                self._client.unlink(*(_key(run, recommender, bucket) for bucket in range(_BUCKETS)))
            self._client.unlink(f"{_PREFIX}:{run}")
            self._client.srem(f"{_PREFIX}:runs", run)


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
        raise StoreUnavailable(f"Redis does not answer: {error}") from error
