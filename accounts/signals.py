"""What accounts tells the rooms above, which it does not import."""

from django.dispatch import Signal

# Sent with `rater` and `movie` just before somebody's first rating of a film is written, within its transaction.
# Receivers are to take a few milliseconds at most. One that fails is logged, and the rating is made all the same.
about_to_rate = Signal()

# Sent with `rater` and `movie` when somebody takes a rating back, likewise.
taken_back = Signal()
