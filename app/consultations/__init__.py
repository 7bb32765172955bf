"""Calls for comment: the question put to residents, the articles it is about, and their clock.

A call is one per policy and is opened by the officer who owns it; ``Policy.closes_at`` is when
comments close, whoever is asleep then. Doors: ``services`` (open and change a call), ``queries``,
``/policies/<slug>/consultation`` with its poster.
"""
