"""The verbs of contributions: keep, send, change, take back, answer, adopt, carry along."""
