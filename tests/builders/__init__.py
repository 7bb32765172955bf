"""Plain functions that make real rows for tests."""
