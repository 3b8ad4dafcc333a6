from io import BytesIO

import numpy as np
import pytest

from catalog.importer.parse import CSV, open_table, parse_scores
from catalog.importer.parse import genome as module

HEADER = b"movieId,tagId,relevance\n"


def parse(data):
    return list(parse_scores(open_table(BytesIO(HEADER + data), CSV.genome_scores), films=np.array([1, 858]), tags=2))


def test_scores_may_have_exponents(monkeypatch):
    monkeypatch.setattr(module, "_parse_carefully", None)
    [block] = parse(b"1,1,0.025\r\n1,2,1\r\n858,1,2.5E-4\r\n")
    assert block.relevance.tolist() == [0.025, 1.0, 2.5e-4]
    assert (block.films.tolist(), block.tags.tolist()) == ([1, 1, 858], [1, 2, 1])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"2,1,0.5", "unknown_movie"),
        (b"1,3,0.5", "unknown_tag"),
        (b"1,1,1.5", "out_of_range"),
        (b"1,1,nan", "out_of_range"),
        (b"1,1,high", "not_a_number"),
        (b"1E0,1,0.5", "not_a_number"),
        (b"1,1", "too_few_fields"),
    ],
)
def test_a_bad_score_is_rejected_and_the_others_are_not(line, code):
    [block] = parse(b"1,1,0.5\n" + line + b"\n858,2,0.25\n")
    assert block.relevance.tolist() == [0.5, 0.25]
    assert [(reject.line, reject.code) for reject in block.rejects] == [(3, code)]
