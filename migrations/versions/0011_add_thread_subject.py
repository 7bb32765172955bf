"""Add the subject of a thread: replies may be about something that is no thread itself."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade() -> None:
    with op.batch_alter_table('thread') as batch:
        batch.add_column(sa.Column('subject_kind', sa.String(length=12), nullable=True))
        batch.add_column(sa.Column('subject_id', sa.Integer(), nullable=True))
        batch.create_unique_constraint(
            op.f('uq_thread_subject_kind_subject_id'), ['subject_kind', 'subject_id']
        )


def downgrade() -> None:
    with op.batch_alter_table('thread') as batch:
        batch.drop_constraint(op.f('uq_thread_subject_kind_subject_id'), type_='unique')
        batch.drop_column('subject_id')
        batch.drop_column('subject_kind')
