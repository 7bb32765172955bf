"""The index of what is owed holds all that the counts of answers ask."""

from alembic import op

revision = '0020'
down_revision = '0019'

_OWED = ['policy_id', 'is_owed', 'state', 'number']


def _index(columns: list[str]) -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_owed')
        batch_op.create_index('ix_contribution_owed', columns, unique=False)


def upgrade() -> None:
    _index([*_OWED, 'is_late', 'parts', 'author_id'])


def downgrade() -> None:
    _index(_OWED)
