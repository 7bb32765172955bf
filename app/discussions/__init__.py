"""Threads on a policy or a clause, their replies, and who closed what.

A thread is anchored to a clause id and a quote of its words; when the clause goes, the thread
moves to "on earlier wording", never silently to another sentence.
"""
