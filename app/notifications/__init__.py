"""What people are told: news of what they follow, notices about themselves, letters and feeds.

One event becomes one happening without words, read anew for each reader (``queries``); what is
about one person is a notice. Messages wait in a table, written in the transaction that needs them;
``letters`` finds their words, ``mailer`` and ``sms`` know the outside.
"""
