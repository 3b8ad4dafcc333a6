"""Ratings that somebody brings from elsewhere: a file → rows → films → a plan that is shown → ratings here.

parse (bytes into rows, without Django) → pending (kept while its owner looks at it) → match (rows to films) → plan
(what would change) → store (it changes, and can be undone).
"""
