"""Let a revision happen to the lives of a policy's clauses, and say what it changed."""

from __future__ import annotations

from collections.abc import Sequence

from app.consensus.rules.changes import Change
from app.consensus.rules.life import Life
from app.text.attribution import Past, attribute, concerned, digest, words_of
from app.text.outline import Outline
from app.text.provenance import Credit


def follow(
    lives: dict[str, Life],
    before: Outline,
    after: Outline,
    number: int,
    credits: Sequence[Credit] = (),
) -> dict[str, Change]:
    """Let revision ``number`` happen to the clauses of a policy: by clause id, what changed.

    ``lives`` are those of the clauses that are ``concerned`` at least; new ones are added to it.
    A clause's own number does not count: renumbering a law changes nobody's words.
    """
    ids = concerned(before, after)
    words = {clause.id: words_of(clause) for clause in after if clause.id in ids}
    known = {ident: lives.get(ident) or Life() for ident in ids}
    earlier = {
        ident: (digest(words[ident]), known[ident].find(digest(words[ident]))) for ident in words
    }
    step = attribute(
        before,
        after,
        number,
        origins={ident: life.now.origins for ident, life in known.items()},
        past=Past(
            {i: {wording: state.origins} for i, (wording, state) in earlier.items() if state}
        ),
        credits=credits,
    )
    found = {}
    for ident in [*words, *sorted(ids - words.keys())]:
        life = known[ident]
        origins = step.changed.get(ident, life.now.origins) if ident in words else ()
        change = life.follow(number, words.get(ident, []), origins)
        if change is not None:
            found[ident], lives[ident] = change, life
    return found
