"""What papers hold, gathered with the standing of their reader, as plain dataclasses."""
