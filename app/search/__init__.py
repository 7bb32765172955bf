"""Finding a policy, a version's reason or a comment by its words, in Chinese and in English.

A *document* is one thing that can be found, a *key* is its name, a *mark* is a found word shown in
its text. The doors are the port (`port.py`), what people may type (`grammar.py`) and the marks.
"""
