"""What people offer on a draft: other words for its text, comments, questions and objections.

Each is a contribution with a number that counts up per policy and with a look-up code; each is
answered. Other words are stored as operations on the revision they were written on and are carried
along as the text moves; other kinds open a thread of ``discussions``, which holds their words.
Doors: ``services`` (send, keep, take back, answer, adopt), ``queries``, ``/policies/<slug>/suggest``.
"""
