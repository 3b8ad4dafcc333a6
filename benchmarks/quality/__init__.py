"""Quality, ours and theirs on the same folds: `python -m benchmarks.quality`."""
