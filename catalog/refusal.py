"""The one exception that ends an import of anything: its message is the sentence that the person reads."""


class ImportRefused(Exception):
    """Nothing was changed; the message says in one sentence what is wrong and what to do about it."""
