"""The tests; README.md is their map. A package, so that no part of it is found in another checkout on the path."""
