"""The programs and frameworks that people use, run unmodified against the demo: `make test-clients`."""
