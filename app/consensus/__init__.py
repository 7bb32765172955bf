"""What has been moving: per revision and clause, how many words came and went.

Reactions to the ledger write the figures; the dashboard reads them. Every row can be dropped and
rebuilt from the revisions (``flask consensus rebuild``).
"""
