"""What a person may send about a text: other words, the reason, and what kind of comment it is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.policies.forms import EditForm
from app.suggestions.rules import REASON_LIMIT, Kind

TICKS = [
    SelectChoice(Kind.QUESTION.value, _l("This is a question")),
    SelectChoice(Kind.OBJECTION.value, _l("I object to this article as it stands")),
]


class SuggestForm(EditForm):
    """The words of one clause, of a new article (``after``) or of the whole text, and the reason.

    ``begun`` says, sealed, when the person began to write. ``revised`` counts how often the words
    were kept, ``numbers`` are the telephone numbers (masked) that may be published, ``late`` is
    set once the person has read that comments are closed.
    """

    summary = TextAreaField(_l("Why?"))
    kind = SelectMultipleField(choices=TICKS, validate_choice=False)
    after = HiddenField()
    begun = HiddenField()
    revised = HiddenField()
    numbers = HiddenField()
    late = HiddenField()

    REASON_LIMIT = REASON_LIMIT

    @property
    def wanted_kind(self) -> str:
        """The kind of a contribution that leaves the words as they are. Of both ticks the objection
        counts: somebody has to answer it."""
        ticked = self.kind.data or []
        if Kind.OBJECTION in ticked:
            return Kind.OBJECTION
        return ticked[0] if ticked else Kind.COMMENT

    @property
    def times_kept(self) -> int:
        """How often the words had been kept when the form was made; 0 for what is no number."""
        value = self.revised.data or ""
        return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0

    @property
    def known_numbers(self) -> frozenset[str]:
        """The masked numbers of which the person has said that they may stand there."""
        return frozenset((self.numbers.data or "")[:2000].split())
