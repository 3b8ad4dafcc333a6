"""Hybrid: all the others, blended by what each of them has shown to be worth. What people are served from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from recommendations.algorithms import blending
from recommendations.algorithms.alike import FINDERS, alike
from recommendations.algorithms.base import Recommender
from recommendations.algorithms.blended import BlendedLists
from recommendations.algorithms.blending import Blend, moments, standardized
from recommendations.algorithms.parts import BLENDED, SETTINGS, new_part, refusal, why_not
from recommendations.algorithms.ranking import most_rated
from recommendations.data.interactions import Positions, Scores, SideInformation, of_people, part_of, some_people
from recommendations.data.recent import OfRecentHistories

_STACK_BYTES = 128 * 1024**2
_MOST_SPREADS = 256
# So many ratings say how much each part has to say; more say how it scores.
_LESSON_RATINGS = 3_000_000
# From so many people on, the work of putting the parts together is less than what it saves.
_MANY = 64


@dataclass(frozen=True)
class HybridConfig:
    """Settings of Hybrid.

    Attributes:
        parts: names of the recommenders that are blended.
        settings: settings of parts by their name, where they are not the parts' own defaults.
        blend: a blend that was learned before, as `blend_` holds it; None learns one, which fits every part twice.
        memory: bytes that fitting a part may take; a part that would need more is left out. None takes all.
        films: at most so many films are scored, the most rated ones; of the others too little is known to be listed.
        held_out_share: part of the people from whom weights are learned.
        most_held_out: and how many of them at most.
        seed: of the random choice of these people and their ratings.
    """

    parts: tuple[str, ...] = tuple(BLENDED)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    blend: Mapping[str, Any] | None = None
    memory: int | None = None
    films: int = 16_000
    held_out_share: float = 0.1
    most_held_out: int = 250
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        unknown = [name for name in self.parts if name not in BLENDED]
        if unknown or not self.parts:
            wrong = ", ".join(unknown) or "none"
            raise ValueError(f"A hybrid is made of some of {', '.join(BLENDED)}; not of {wrong}.")


class Hybrid(Recommender):
    """A weighted sum of the parts' scores, each standardised within the person's own row.

        score_ui = Σ_k w_k(n_u) z_kui,   z_kui = (s_kui - mean_i s_kui) / std_i s_kui

    with s_k the scores of part k and n_u the ratings of the history: few ratings call for other parts than many. The
    weights are learned at some lengths by forward selection (`blending`), on people who are hidden whole and on
    hidden ratings of others, then every part is fitted again on everything. Where a part does not know a film, what it
    would say is foreseen from content: z_k = β_k z_content, with β_k the slope of one on the other over known films;
    so that a film nobody has rated gets the place that its features deserve. A part that is missing, too large for
    `memory`, failing or without weight is left out, and the other weights are made to add up to 1 again. Shares are
    those of the parts, weighted alike; the rest of a score, such as popularity, belongs to no rating. Parts learn from
    all films; a list has only the `films` most rated ones, and the others score 0.

    Learned: `parts_`, the fitted parts; `blend_`, their weights (see `blending.Blend`); `left_out_`, why others are
    not among them; `columns_` int32, the films that are scored. Time and memory are the sums of the parts', fitting
    twice, the first time on at most a few million ratings.
    Source: Caruana et al., ICML 2004, for the weights; Bell, Koren and Volinsky, 2007, for blending by support.
    """

    name = "hybrid"
    Config = HybridConfig
    additive = False
    config: HybridConfig
    learned_arrays: ClassVar[tuple[str, ...]] = ("columns_",)
    learned_facts: ClassVar[tuple[str, ...]] = ("blend_", "left_out_")
    parts_: dict[str, Recommender]
    blend_: dict[str, Any]
    left_out_: dict[str, str]
    columns_: Positions

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what the parts take together, and the stack from which the weights are learned."""
        parts = (self._new(name).memory_bound(people, films, ratings) for name in self.config.parts)
        return sum(parts) + 3 * _STACK_BYTES + 60 * ratings

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.left_out_ = {}
        self.columns_ = most_rated(interactions, self.config.films)
        self._leave_out(interactions, side)
        names = [name for name in self.config.parts if name not in self.left_out_]
        if not names:
            raise refusal(self.left_out_)
        blend = Blend.of(self.config.blend) if self.config.blend else self._learned(names, interactions, side)
        self.parts_ = {}  # What the weights were learned from makes room.
        self.parts_ = self._fitted(self._needed(names, blend), interactions, side)
        self._use(blend)
        self.known_ = np.zeros(self.films_, np.bool_)
        self.known_[self.columns_] = np.any([part.known_[self.columns_] for part in self.parts_.values()], axis=0)

    def _needed(self, names: list[str], blend: Blend) -> list[str]:
        """Return the parts that have weight, and those that foresee or show likenesses; the others cost but time."""
        weights = dict(zip(blend.parts, np.transpose(blend.weights), strict=True))
        helpers = {FINDERS[0], "content" if any(blend.slopes) else ""}
        needed = [name for name in names if name in weights and (name in helpers or weights[name].any())]
        useless = dict.fromkeys(set(names) - set(needed), "The others say all that it says: its weight is 0.")
        self.left_out_ = useless | self.left_out_
        return needed

    def _leave_out(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        for name in self.config.parts:
            reason = why_not(self._new(name), name, interactions, side, self.config.memory)
            if reason:
                self.left_out_[name] = reason

    def _new(self, name: str) -> Recommender:
        return new_part(name, self.config.settings.get(name, {}), self.config.memory)

    def _fitted(
        self, names: list[str], interactions: sparse.csr_matrix, side: SideInformation
    ) -> dict[str, Recommender]:
        fitted = {}
        for name in names:
            try:
                fitted[name] = self._new(name).fit(interactions, side)
            except (ArithmeticError, MemoryError, ValueError, np.linalg.LinAlgError) as error:
                self.left_out_[name] = f"It failed: {type(error).__name__}: {error}"
        if not fitted:
            raise refusal(self.left_out_)
        return fitted

    def _learned(self, names: list[str], interactions: sparse.csr_matrix, side: SideInformation) -> Blend:
        generator = np.random.default_rng(self.config.seed)
        some = some_people(interactions, _LESSON_RATINGS, generator)
        interactions, side = of_people(interactions, side, some)
        most = max(2, min(self.config.most_held_out, _STACK_BYTES // (2 * 5 * len(self.columns_) * len(names))))
        shown, lessons = blending.lessons(interactions, self.columns_, self.config.held_out_share, most, generator)
        if not shown.nnz or not lessons:
            return blending.blend_of(names, [(1.0, np.full(len(names), 1 / len(names)))], [0.0] * len(names))
        self.parts_ = self._fitted(names, shown, part_of(side, interactions, shown))
        rows = []
        for lesson in lessons:
            parts = np.stack([self._standardized(name, lesson.histories).astype(np.float16) for name in self.parts_])
            rows.append((lesson.length, blending.learned(lesson.at(self.columns_), parts)))
        found = list(self.parts_)
        content = parts[found.index("content")] if "content" in found else None
        slopes = [0.0 if content is None else blending.slope(part, content) for part in parts]
        return blending.blend_of(found, rows, slopes)

    @property
    def parts(self) -> tuple[Recommender, ...]:
        """The fitted parts."""
        return tuple(self.parts_.values())

    def shared_parts(self) -> dict[str, Recommender]:
        """Return the fitted parts that are what their own name gives alone, by that name."""
        return {name: part for name, part in self.parts_.items() if name not in SETTINGS}

    def _use(self, blend: Blend) -> None:
        self.parts_ = {name: part for name, part in self.parts_.items() if name in blend.parts}
        if not self.parts_:
            raise ValueError(f"There is no part left of the blend of {', '.join(blend.parts)}.")
        self._blend = blend.only(tuple(self.parts_))
        self._spreads.clear()
        self.__dict__.pop("_lists", None)
        self.blend_ = {name: list(value) for name, value in asdict(self._blend).items()}

    def score(self, histories: sparse.csr_matrix) -> Scores:
        """Return Σ_k w_k z_k: float32, rows × films; 0 for films that are not scored."""
        total = np.zeros((histories.shape[0], len(self.columns_)), np.float32)
        content = self._standardized("content", histories)
        weights = self._blend.at(np.diff(histories.indptr))
        for place, name in enumerate(self.parts_):
            # A part is asked only about those for whom it counts: short histories and long ones have other parts.
            rows = np.flatnonzero(weights[:, place])
            if len(rows) == len(weights):
                total += self._weighed(name, weights[:, [place]], histories, content)
            elif len(rows):
                total[rows] += self._weighed(name, weights[rows][:, [place]], histories[rows], content[rows])
        if len(self.columns_) == self.films_:
            return total
        scores = np.zeros(histories.shape, np.float32)
        scores[:, self.columns_] = total
        return scores

    def recommend(self, histories: sparse.csr_matrix, n: int, exclude_seen: bool = True) -> tuple[Positions, Scores]:
        """Return everybody's best `n` films, as for any recommender; those of many people are made together."""
        if histories.shape[0] < _MANY:
            return super().recommend(histories, n, exclude_seen)
        return self._lists.recommend(histories, n, exclude_seen)

    @cached_property
    def _lists(self) -> BlendedLists:
        foreseen = {name: self._foreseen(name) for name in self.parts_}
        return BlendedLists(self.parts_, self._blend, self.columns_, foreseen)

    def _weighed(self, name: str, weights: Scores, histories: sparse.csr_matrix, content: Scores) -> Scores:
        """Return w_k z_k of one part, with `weights` rows × 1, and what is foreseen from the `content` of each row."""
        own = self._own(name, histories)
        means, spreads = self._moments(name, own, histories)
        scale = np.divide(weights[:, 0], spreads, out=np.zeros_like(spreads), where=spreads > 0)[:, None]
        own -= means[:, None]
        own *= scale
        foreseen = self._foreseen(name)
        if len(foreseen):
            slope = np.float32(self._blend.slopes[self._blend.parts.index(name)])
            own[:, foreseen] = weights * slope * content[:, foreseen]
        return own

    def _own(self, name: str, histories: sparse.csr_matrix) -> Scores:
        """Return a part's scores of the films that are scored: rows × columns_."""
        scores = self.parts_[name].score(histories)
        return scores if len(self.columns_) == self.films_ else scores[:, self.columns_]

    def _standardized(self, name: str, histories: sparse.csr_matrix) -> Scores:
        """Return the standardised scores of a part, rows × columns_; zeros when it is not there."""
        if name not in self.parts_:
            return np.zeros((histories.shape[0], len(self.columns_)), np.float32)
        scores = self._own(name, histories)
        return standardized(scores, *self._moments(name, scores, histories))

    def _moments(self, name: str, scores: Scores, histories: sparse.csr_matrix) -> tuple[Scores, Scores]:
        """Return the means and standard deviations of a part's scores; those of one history are kept."""
        seen = histories if len(self.columns_) == self.films_ else histories[:, self.columns_]
        means, spreads = moments(scores, seen)
        if len(spreads) == 1:
            self._spreads.of(histories, dict)[name] = spreads[0]
        return means, spreads

    def _foreseen(self, name: str) -> Positions:
        """Return the scored films that a part does not know and content does, as places in `columns_`."""
        if name == "content" or "content" not in self.parts_:
            return np.empty(0, np.int32)
        content, own = (self.parts_[each].known_[self.columns_] for each in ("content", name))
        return np.flatnonzero(content & ~own).astype(np.int32)

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return what those parts find alike that are good at it."""
        return alike(self.parts_, movie_ix, n)

    def shares(self, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return Σ_k w_k share_k / std_k of each film of the history: the parts' shares, weighed like their scores."""
        weights = self._blend.at(np.diff(history.indptr))[0]
        content = self._scaled_shares("content", history, movies)
        total = np.zeros((len(movies), history.nnz), np.float32)
        for place, name in enumerate(self.parts_):
            if not weights[place]:
                continue
            own = self._scaled_shares(name, history, movies) if name != "content" else content
            foreseen = np.isin(movies, self.columns_[self._foreseen(name)])
            own[foreseen] = self._blend.slopes[place] * content[foreseen]
            total += weights[place] * own
        return total

    def _scaled_shares(self, name: str, history: sparse.csr_matrix, movies: Positions) -> Scores:
        """Return a part's shares, divided by the standard deviation that its scores are divided by."""
        part = self.parts_.get(name)
        if part is None or not part.personal:
            return np.zeros((len(movies), history.nnz), np.float32)
        spreads = self._spreads.of(history, dict)
        if name not in spreads:
            spreads[name] = self._moments(name, self._own(name, history), history)[1][0]
        return part.shares(history, movies) / (spreads[name] or np.float32(np.inf))

    @cached_property
    def _spreads(self) -> OfRecentHistories[dict[str, np.float32]]:
        """The standard deviations of the parts' scores, by the part's name."""
        return OfRecentHistories(_MOST_SPREADS)

    def save(self, folder: Path) -> None:
        """Write the blend into a new `folder`, and each part into a folder `parts` in it."""
        super().save(folder)
        for name, part in self.parts_.items():
            part.save(folder / "parts" / name)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the hybrid that was saved in `folder`; a part whose folder is gone is left out."""
        model = super().load(folder)
        blend = Blend.of(model.blend_)
        there = [name for name in blend.parts if (folder / "parts" / name).is_dir()]
        model.left_out_ |= {name: "Its files are gone." for name in blend.parts if name not in there}
        model.parts_ = {name: BLENDED[name].load(folder / "parts" / name) for name in there}
        model._use(blend)
        return model
