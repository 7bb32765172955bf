"""Every table in one import, for migrations and for tests that compare them with the schema."""

from app.accounts import models as accounts
from app.consensus import models as consensus
from app.consultations import models as consultations
from app.discussions import models as discussions
from app.ledger import models as ledger
from app.moderation import models as moderation
from app.notifications import models as notifications
from app.policies import models as policies
from app.suggestions import models as suggestions
from app.visibility import Hidden

__all__ = [
    "Hidden",
    "accounts",
    "consensus",
    "consultations",
    "discussions",
    "ledger",
    "moderation",
    "notifications",
    "policies",
    "suggestions",
]
