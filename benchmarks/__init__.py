"""Benchmarks of METAIA and of alternatives in the same run; see benchmarks/README.md."""
