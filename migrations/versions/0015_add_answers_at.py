"""Add the time at which a policy's answers are published."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0015'
down_revision = '0014'


def upgrade() -> None:
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answers_at', app.database.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.drop_column('answers_at')
