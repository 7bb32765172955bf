"""The index of what is owed says who may read it, for the first page of officers."""

from alembic import op

revision = '0021'
down_revision = '0020'

_OWED = ['policy_id', 'is_owed', 'state', 'number', 'is_late', 'parts', 'author_id']


def _index(columns: list[str]) -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_owed')
        batch_op.create_index('ix_contribution_owed', columns, unique=False)


def upgrade() -> None:
    _index([*_OWED, 'channel', 'sent_at'])


def downgrade() -> None:
    _index(_OWED)
