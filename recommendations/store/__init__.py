"""Stage 4: things at rest. Fitted models on disk, everybody's lists in Redis or in a mapped file, recent answers."""

from functools import lru_cache
from pathlib import Path

from recommendations.store.answers import SOUGHT, Answers, AnswersAtHand, NoAnswers, question
from recommendations.store.file_lists import FileTopLists
from recommendations.store.redis_lists import RedisAnswers, RedisTopLists
from recommendations.store.toplists import StoreUnavailable, TopList, TopListStore

__all__ = ["SOUGHT", "Answers", "StoreUnavailable", "TopList", "TopListStore", "answers", "question", "toplists"]


@lru_cache(maxsize=4)
def toplists(redis_url: str, folder: Path) -> TopListStore:
    """Return the store of published lists: Redis where there is an address, else files in `folder`."""
    return RedisTopLists(redis_url) if redis_url else FileTopLists(folder)


@lru_cache(maxsize=4)
def answers(redis_url: str) -> Answers:
    """Return where recent answers are kept: here and in Redis where there is an address, else nowhere."""
    return AnswersAtHand(RedisAnswers(redis_url)) if redis_url else NoAnswers()
