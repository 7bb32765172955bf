"""The verbs of the office: call, open, correct, move on, review, decide, have a second officer agree."""
