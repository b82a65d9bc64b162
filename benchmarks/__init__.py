"""What is measured, with peers and limits side by side; `docs/benchmarks.md` explains it."""
