"""The measures of the dashboard as pure functions; definitions in docs/measures.md."""
