"""An index in the order of kind and state that holds what counting contributions asks."""

from alembic import op

revision = '0019'
down_revision = '0018'

_FIT = ['policy_id', 'kind', 'state', 'fit_number', 'base']


def _index(columns: list[str]) -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_fit')
        batch_op.create_index('ix_contribution_fit', columns, unique=False)


def upgrade() -> None:
    _index([*_FIT, 'author_id', 'channel', 'sent_at'])


def downgrade() -> None:
    _index(_FIT)
