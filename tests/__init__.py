"""The tests; README.md is their map. A package, so that none is imported from another checkout."""
