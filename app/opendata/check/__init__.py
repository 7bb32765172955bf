"""Counts every published number again from the open data alone, with nothing but Python.

Written from docs/measures.md, not from the code of the wiki: two who count apart and agree.
"""
