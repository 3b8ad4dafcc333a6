"""What the forms on pages send."""

from collections.abc import Iterable
from typing import Any

from django import forms


class RatingForm(forms.Form):
    """A rating: a number of stars, whose grid `accounts.services` knows."""

    stars = forms.FloatField(
        error_messages={"required": "Please choose a star first.", "invalid": "A rating is ½ to 5 stars."}
    )


class FilmListForm(forms.Form):
    """What a list is called and what it is about."""

    name = forms.CharField(max_length=100, error_messages={"required": "Please give the list a name."})
    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class AddToListForm(forms.Form):
    """Which list a film is put on: one that is there, or a new one by its name."""

    to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    name = forms.CharField(max_length=100, required=False)


class NoteForm(forms.Form):
    """A few words beside a film on a list."""

    note = forms.CharField(max_length=300, required=False)


class _Slider(forms.TypedChoiceField):
    """Five steps from one end to the other, each with a name: works without a pointer, a script or eyes."""

    def __init__(self, label: str, ends: tuple[str, str], steps: tuple[str, str, str, str, str]) -> None:
        self.ends = ends
        super().__init__(label=label, coerce=int, choices=list(enumerate(steps, start=-2)), widget=forms.RadioSelect)


YEARS = (2, 3, 5, 10, 20)


class TasteForm(forms.Form):
    """How somebody's list is made; its cleaned data are `accounts.taste.Wishes`."""

    obscurity = _Slider(
        "How well known",
        ("Well known", "Hidden gems"),
        ("the best-known films", "better-known films", "known or not", "less-known films", "hidden gems"),
    )
    adventure = _Slider(
        "How familiar",
        ("Familiar", "Adventurous"),
        ("just my genres", "closer to my genres", "familiar or not", "further from my genres", "far from my genres"),
    )
    age = _Slider("How new", ("Old", "New"), ("old films", "older films", "old or new", "newer films", "new films"))
    recommender = forms.ChoiceField(label="Who chooses", required=False, widget=forms.RadioSelect)
    last_years = forms.TypedChoiceField(
        label="Which ratings count",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "All of them"),
            *((n, f"Those of my last {n} years" if n > 1 else "Those of my last year") for n in YEARS),
        ],
    )

    def __init__(self, *args: Any, recommenders: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stubs know only that it is some field, not that it is one of choices.
        self.fields["recommender"].choices = [("", ""), *((name, name) for name in recommenders)]  # type: ignore[attr-defined]

    @property
    def sliders(self) -> list[forms.BoundField]:
        """The three sliders."""
        return [self[name] for name in ("obscurity", "adventure", "age")]
