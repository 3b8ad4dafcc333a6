"""The last step of an import: compares what was read with what is stored, and stores the difference.

Everything here speaks SQL to the tables of `catalog.models` (and finds by Django's models who points to them), because
a release has up to 33 million ratings.
"""
