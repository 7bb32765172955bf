"""The first page and the help page; they look into other domains and own no tables."""
