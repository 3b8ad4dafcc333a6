"""What the forms on pages send."""

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
