"""The rows of the open data: of public policies only, and of what everybody may read there."""
