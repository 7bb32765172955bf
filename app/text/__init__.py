"""The pure heart: strings in, strings and plain data out.

A policy text is cut into clauses; clauses carry permanent ids through every edit; two texts are
compared and three are merged clause by clause. Nothing here knows Flask or the database.
Doors: ``canonical clauses tokens diff merge render policyfile``.
"""
