"""The verbs of policies: creating, saving, restoring, publishing, keeping drafts, importing."""
