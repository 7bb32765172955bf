"""Pure: who may do what, and why not.

An Actor (who) asks for an Act (what) on facts about its subject; the answer is a Permission with
its reason. The table stands in ``grants.py``; docs/permissions.md is printed from it.
"""
