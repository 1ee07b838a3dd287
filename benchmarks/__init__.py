"""METAIA side by side with what somebody could pick instead; see benchmarks/README.md."""
