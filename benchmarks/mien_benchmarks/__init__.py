"""What mien costs, measured beside others that do the same: `python -m mien_benchmarks --help`."""
