"""What writes the package of open data."""
