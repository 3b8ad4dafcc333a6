"""What the forms on pages send."""

from django import forms


class RatingForm(forms.Form):
    """A rating: a number of stars, whose grid `accounts.services` knows."""

    stars = forms.FloatField(
        error_messages={"required": "Please choose a star first.", "invalid": "A rating is ½ to 5 stars."}
    )
