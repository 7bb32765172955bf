"""The verbs of discussions: open, reply, change one's words, close, follow the text."""
