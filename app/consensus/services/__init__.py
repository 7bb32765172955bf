"""What writes figures, positions and readings."""
