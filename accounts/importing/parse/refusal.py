"""The one exception that ends the reading of a file."""


class FileRefused(ValueError):
    """A file that no ratings can be read from; the message says in a sentence or two why, and what helps."""
