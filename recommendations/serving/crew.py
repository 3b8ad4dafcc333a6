"""The recommenders as people at a cinema: what each does, for somebody who has never heard of algorithms."""

from dataclasses import dataclass

from recommendations.serving.live import live_models


@dataclass(frozen=True, slots=True)
class Member:
    """A recommender in the site's words."""

    recommender: str
    title: str
    does: str


CREW = {
    member.recommender: member
    for member in (
        Member(
            "popularity",
            "The box office",
            "Films that many people rated, and rated well. The same for everybody.",
        ),
        Member(
            "trending",
            "The queue outside",
            "Films that more people rate lately than before. The same for everybody.",
        ),
        Member(
            "content",
            "The archivist",
            "Films of the genres, years and tags that you like, even if few people know them.",
        ),
        Member(
            "item_knn",
            "The usher",
            "Whoever liked your films also liked these: every film counts what it has in common with yours.",
        ),
        Member(
            "user_knn",
            "The regulars",
            "Looks for the people whose ratings are most like yours, and passes on what they liked.",
        ),
        Member("svd", "The critic", "Finds the few big lines along which tastes differ, and films along yours."),
        Member(
            "mf",
            "The student",
            "Learns the lines of taste by trying, rating after rating, to guess what people gave.",
        ),
        Member(
            "als",
            "The projectionist",
            "Describes people and films by the same hidden traits, and finds the films that fit you.",
        ),
        Member(
            "ease",
            "The matchmaker",
            "Weighs for every pair of films how much liking one speaks for the other, all pairs at once.",
        ),
        Member(
            "slim",
            "The editor",
            "Like the matchmaker, but keeps only the few films that tell most about each other.",
        ),
        Member(
            "hybrid",
            "The director",
            "Listens to several of the others, and trusts each as far as it was right before.",
        ),
    )
}


def live_crew() -> list[Member]:
    """Return the recommenders that the live run has; none before the first one."""
    models = live_models()
    return [CREW[name] for name in models.names] if models else []


def default_member() -> Member | None:
    """Return the site's own choice, or None before the first run."""
    models = live_models()
    return CREW[models.default] if models else None
