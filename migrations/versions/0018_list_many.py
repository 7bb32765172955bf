"""Indexes that hold all that lists and counts of a hundred thousand contributions ask."""

from alembic import op

revision = '0018'
down_revision = '0017'

_LISTED = ['kind', 'state', 'after', 'author_id', 'channel', 'sent_at']


def upgrade() -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_clause')
        batch_op.drop_index('ix_contribution_state')
        batch_op.drop_index('ix_contribution_group')
        batch_op.create_index('ix_contribution_clause', ['policy_id', 'clause', 'number', *_LISTED, 'group_id'], unique=False)
        batch_op.create_index('ix_contribution_number', ['policy_id', 'number', 'clause', *_LISTED, 'group_id'], unique=False)
        batch_op.create_index('ix_contribution_group', ['group_id', 'number', 'policy_id', 'clause', *_LISTED], unique=False)
        batch_op.create_index('ix_contribution_fit', ['policy_id', 'kind', 'state', 'fit_number', 'base'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_fit')
        batch_op.drop_index('ix_contribution_group')
        batch_op.drop_index('ix_contribution_number')
        batch_op.drop_index('ix_contribution_clause')
        batch_op.create_index('ix_contribution_group', ['group_id'], unique=False)
        batch_op.create_index('ix_contribution_state', ['policy_id', 'state'], unique=False)
        batch_op.create_index('ix_contribution_clause', ['policy_id', 'clause', 'number'], unique=False)
