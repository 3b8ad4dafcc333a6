"""What people type into the pages of this room."""

import unicodedata

from django import forms

from accounts.nights import NAME_LENGTH


class Name(forms.CharField):
    """A name on one line: no line breaks, and nothing that is invisible or turns the writing around."""

    def to_python(self, value: object) -> str:
        """Return the name with single spaces, without control and format characters."""
        text = " ".join(str(value or "").split())
        return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C").strip()


class SeatForm(forms.Form):
    """The name under which somebody sits at a movie night."""

    your_name = Name(
        label="Your name",
        max_length=NAME_LENGTH,
        help_text="The others see it.",
        error_messages={"required": "Say how the others shall call you."},
    )


class NightForm(SeatForm):
    """A new movie night."""

    name = Name(
        label="What is it called?",
        max_length=100,
        error_messages={"required": "Give the night a name, such as “Friday at ours”."},
    )
    field_order = ("name", "your_name")
