"""A policy and its revisions: created private, edited together, made public, kept for ever.

Words: policy (slug, phase, mode, visibility), revision (numbered, immutable), base and head,
draft (a person's unsaved work), note (plain words, basis and reason of a clause).
Doors: ``services.*`` for each verb, ``queries`` to read; ``services.saving.save_edit`` is the
only writer of revisions in the whole system.
"""
