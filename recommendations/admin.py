"""The owner's view of training runs: how each did, which one is live, and two buttons."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from recommendations.evaluation.words import Unit, figure, interval, written
from recommendations.models import LiveRun, TrainingRun, TrainingStep
from recommendations.training import jobs, publish

PERMISSION = "recommendations.change_trainingrun"


class ReadOnly:
    """Rows that only the trainer writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Old runs are removed by the trainer, together with their files and lists."""
        return False


class TrainingStepInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # not generic at run time
    """The steps of a run, in the order in which they were taken."""

    model = TrainingStep
    fields = ["name", "started_at", "time", "memory", "detail"]
    readonly_fields = ["time", "memory"]
    verbose_name_plural = "steps"

    def time(self, step: TrainingStep) -> str:
        """Return how long it took."""
        return _seconds(step.seconds)

    @admin.display(description="most memory")
    def memory(self, step: TrainingStep) -> str:
        """Return how much memory the process held at most."""
        return filesizeformat(step.peak_memory) if step.peak_memory else "–"


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Runs, newest first. Their buttons are forms that POST, and say what came of it."""

    list_display = ["__str__", "is_live", "status", "requested_at", "requested_by", "time", "ndcg", "rmse", "error"]
    list_filter = ["status"]
    list_select_related = ["requested_by"]
    list_per_page = 50
    sortable_by = ()
    inlines = [TrainingStepInline]
    change_list_template = "admin/recommendations/trainingrun/runs.html"
    change_form_template = "admin/recommendations/trainingrun/run.html"
    fieldsets = [
        (None, {"fields": ["is_live", "status", "error", "requested_at", "requested_by", "started_at", "time"]}),
        ("How good it is", {"fields": ["measured_on", "measured_lists", "measured_stars"]}),
        ("What it was fitted on", {"fields": ["fitted_on", "data_fingerprint"]}),
        ("How", {"fields": ["default_recommender", "settings", "attempts", "artifact_stamp"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrainingRun]:
        """Return runs that know whether they are live."""
        runs: QuerySet[TrainingRun] = super().get_queryset(request)
        return runs.annotate(live=Exists(LiveRun.objects.filter(run=OuterRef("pk"))))

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses and those of the two buttons."""
        return [
            path("retrain/", self.admin_site.admin_view(self.retrain), name="retrain"),
            path("<int:pk>/make-live/", self.admin_site.admin_view(self.make_live), name="make-live"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the runs, with a button for who may press it."""
        return super().changelist_view(request, {"may_train": request.user.has_perm(PERMISSION)})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a run, with a button for who may press it."""
        return super().change_view(request, object_id, form_url, {"may_train": request.user.has_perm(PERMISSION)})

    @method_decorator(require_POST)
    def retrain(self, request: HttpRequest) -> HttpResponseRedirect:
        """Ask for a run, and say so."""
        run = jobs.request_run(requested_by=_who_may_train(request), at=timezone.now())
        self.message_user(request, f"Run {run.pk} waits for a worker. When it has succeeded it goes live by itself.")
        return redirect("admin:recommendations_trainingrun_changelist")

    @method_decorator(require_POST)
    def make_live(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        """Serve everybody from this run, or say why that cannot be."""
        _who_may_train(request)
        run = get_object_or_404(TrainingRun, pk=pk)
        try:
            publish.make_live(run=run, at=timezone.now())
        except publish.NotPublishable as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, run, "Made live.")
            self.message_user(request, f"Run {pk} is live: everybody is served from it now.", messages.SUCCESS)
        return redirect("admin:recommendations_trainingrun_change", pk)

    @admin.display(description="live", boolean=True)
    def is_live(self, run: Any) -> bool:
        """Return whether everybody is served from it."""
        return bool(run.live)

    def time(self, run: TrainingRun) -> str:
        """Return how long it took."""
        return _seconds(run.duration.total_seconds() if run.duration is not None else None)

    @admin.display(description="NDCG@10")
    def ndcg(self, run: TrainingRun) -> str:
        """Return the one number to compare lists by."""
        return _number(run.metrics.get("recommenders", {}).get(run.default_recommender, {}).get("ndcg_at_10"))

    @admin.display(description="RMSE")
    def rmse(self, run: TrainingRun) -> str:
        """Return the one number to compare predicted stars by."""
        return _number(run.metrics.get("stars", {}).get("rmse"))

    @admin.display(description="lists")
    def measured_lists(self, run: TrainingRun) -> SafeString | str:
        """Return what each recommender's lists were found to be, the default one first."""
        found = run.metrics.get("recommenders", {})
        names = sorted(found, key=lambda name: name != run.default_recommender)
        return _table({name: found[name] for name in names}, run.metrics.get("intervals", {}))

    @admin.display(description="predicted stars")
    def measured_stars(self, run: TrainingRun) -> SafeString | str:
        """Return how far predicted stars were off."""
        stars = {name: value for name, value in run.metrics.get("stars", {}).items() if name != "ratings"}
        return _table({"stars": stars} if stars else {}, run.metrics.get("intervals", {}))

    @admin.display(description="measured on")
    def measured_on(self, run: TrainingRun) -> str:
        """Return who it was measured on, and what the intervals are."""
        people = run.metrics.get("people", 0)
        if not people:
            return "nobody: too few people have rated enough to keep some of them out"
        ratings = run.metrics.get("stars", {}).get("ratings", 0)
        return (
            f"{people:,} people who were kept out of the fit, and {ratings:,} ratings of theirs, foreseen from their "
            "others. A film counts as loved from 4 stars on. In brackets: where a figure would lie 19 times in 20, "
            "had other people been kept out."
        )

    @admin.display(description="data")
    def fitted_on(self, run: TrainingRun) -> str:
        """Return "60 people, 40 films, 900 ratings"."""
        counts = [f"{run.data[what]:,} {what}" for what in ("people", "films", "ratings") if what in run.data]
        return ", ".join(counts) or "–"

    def settings(self, run: TrainingRun) -> SafeString:
        """Return each recommender's settings."""
        return format_html("<pre>{}</pre>", json.dumps(run.configuration, indent=2))


def _who_may_train(request: HttpRequest) -> Any:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return request.user


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:,.1f} s"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}"


def _table(
    models: Mapping[str, Mapping[str, float]], intervals: Mapping[str, Mapping[str, Sequence[float]]]
) -> SafeString | str:
    """Return a table of the models' figures with their intervals, or a dash when there are none."""
    names = list(dict.fromkeys(name for found in models.values() for name in found))
    if not names:
        return "–"
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}<br><span class="quiet">{}</span></th>{}</tr>',
        ((figure(name).name, figure(name).says, _cells(name, models, intervals)) for name in names),
    )
    heads = format_html_join("", '<th scope="col">{}</th>', ((model.replace("_", " "),) for model in models))
    return format_html("<table><thead><tr><th></th>{}</tr></thead><tbody>{}</tbody></table>", heads, rows)


def _cells(
    name: str,
    models: Mapping[str, Mapping[str, float]],
    intervals: Mapping[str, Mapping[str, Sequence[float]]],
) -> SafeString:
    unit = figure(name).unit
    values = ((found.get(name), intervals.get(model, {}).get(name)) for model, found in models.items())
    return format_html_join("", "<td>{}</td>", ((_cell(value, ends, unit),) for value, ends in values))


def _cell(value: float | None, ends: Sequence[float] | None, unit: Unit) -> SafeString | str:
    if value is None:
        return "–"
    if not ends:
        return written(value, unit)
    low, high = ends
    return format_html("{}<br>({})", written(value, unit), interval(low, high, unit))
