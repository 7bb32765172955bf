"""Create the figures of the dashboard."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('revision_change',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('inserted', sa.Integer(), nullable=False),
    sa.Column('deleted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_revision_change_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'clause', 'number', name=op.f('pk_revision_change')),
    sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('revision_change')
