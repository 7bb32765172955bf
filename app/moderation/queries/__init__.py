"""Reads for those who keep order, and of the public log of what they did."""
