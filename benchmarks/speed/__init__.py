"""Speed and memory from files to published lists, ours beside the peers', in one run: `python -m benchmarks.speed`."""
