"""What leaves the site for people: mail and text messages.

Messages wait in a table, written in the transaction that needs them; the worker sends them after
the commit. ``letters`` finds the words, ``mailer`` and ``sms`` know the outside, ``services`` keeps
count of what was sent.
"""
