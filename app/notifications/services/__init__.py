"""The verbs of telling people: follow, note what happened, tell at once or in a digest, send."""
