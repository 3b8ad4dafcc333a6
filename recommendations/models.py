"""Training runs: what was fitted on which data, how well it did, and which run is live."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from catalog.models import Movie, Rater

MAX_ATTEMPTS = 3


class TrainingRunQuerySet(QuerySet["TrainingRun"]):
    """Sets of training runs."""

    def unfinished(self) -> "TrainingRunQuerySet":
        """Keep the runs that wait or go on."""
        return self.filter(status__in=[TrainingRun.Status.QUEUED, TrainingRun.Status.RUNNING])


class TrainingRun(models.Model):
    """One pass from ratings to published lists. The row is the job: Celery only wakes it.

    Whoever works on it holds a lease and renews it. A lease that has run out means that the trainer is gone, and
    the next one takes the row up again, up to MAX_ATTEMPTS times. `lease_number` rises with every holder, so that
    one who slept through its lease cannot publish any more.
    """

    class Status(models.TextChoices):
        """How far the run has come."""

        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        SUCCEEDED = "succeeded", "succeeded"
        FAILED = "failed", "failed"

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    requested_at = models.DateTimeField(db_default=Now())
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    attempts = models.PositiveSmallIntegerField(default=0)
    lease_number = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=255, blank=True, help_text="Machine and process that work on it.")

    default_recommender = models.CharField(max_length=40, blank=True)
    configuration = models.JSONField(default=dict, help_text="Each recommender's configuration.")
    data_fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the matrix it was fitted on.")
    data = models.JSONField(default=dict, help_text="People, films and ratings it was fitted on.")
    last_rating = models.BigIntegerField(
        null=True, blank=True, help_text="The highest key of a rating that was there."
    )
    metrics = models.JSONField(default=dict, help_text="Each recommender's metrics, on people it was not fitted on.")
    artifact_stamp = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the run's manifest.")
    error = models.TextField(blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="running"), name="one_run_at_a_time")
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def duration(self) -> timedelta | None:
        """How long it took, once it has ended."""
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


class TrainingStep(models.Model):
    """One step of a run: when, how long, and how much memory the process held at most."""

    run = models.ForeignKey(TrainingRun, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    seconds = models.FloatField(null=True, blank=True)
    peak_memory = models.PositiveBigIntegerField(null=True, blank=True, help_text="In bytes.")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.run}"


class LiveRun(models.Model):
    """The pointer: which run everybody is served from. One row, or none before the first run."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    run = models.ForeignKey(TrainingRun, models.PROTECT)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_live_run")]

    def __str__(self) -> str:
        return f"{self.run} since {self.since:%Y-%m-%d %H:%M}"


class Forecast(models.Model):
    """What the live run foresaw of a film when somebody rated it: how right predictions were is read from these."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="forecasts", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="+")
    run = models.ForeignKey(TrainingRun, models.SET_NULL, null=True, related_name="+")
    stars = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "movie"], name="foreseen_once")]

    def __str__(self) -> str:
        return f"{self.movie_id}: {self.stars:.1f}"
