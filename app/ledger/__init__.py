"""What happened, in order, sealed: outbox, audit trail and public record in one.

A service records an event in its own transaction; the sealer gives committed events their place
and hash; reactions follow the sealed sequence with one cursor each. Doors: ``record`` in
``services``, ``deliver`` and ``seal`` for the worker, ``verify`` for everybody.
"""
