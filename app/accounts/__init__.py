"""People: who they are to others, how they sign in, what role they have.

Words: person, department, role, confirmation (how far we know an account is a person), sign-in
(one signed-in browser), code (six figures sent to an address). Doors: ``services`` to register,
sign in and change; ``queries`` to look people up; ``login`` hands the person to the edge.
"""
