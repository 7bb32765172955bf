"""Hide and bring back, always with a rule and a reason that anyone can read.

Words: action (hide, show), rule (which house rule it was done under), marker (what stands in the
place of hidden words), log (all actions, for everybody). Doors: ``services`` to hide and show,
``queries.list_actions`` for the log. What is hidden lies in ``visibility.Hidden``.
"""
