"""Group open contributions anew: what they ask for belongs to the keys of the index now."""

from alembic import op

revision = '0016'
down_revision = '0015'


def _forget() -> None:
    op.execute('DELETE FROM contribution_band')
    op.execute("UPDATE contribution SET sketch = NULL, group_id = NULL WHERE state = 'open' AND NOT is_hand_grouped")
    # The reaction reads all events from the first one on and groups whatever is open.
    op.execute("DELETE FROM ledger_cursor WHERE reaction = 'suggestions.group_similar'")


def upgrade() -> None:
    _forget()


def downgrade() -> None:
    _forget()
