"""Remember when words were moved and what a volunteer's prompt was about; list threads faster."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0023'
down_revision = '0022'


def upgrade() -> None:
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('moved_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_comment_moved', ['moved_from_id', 'id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_comment_about_id_comment'), 'comment', ['about_id'], ['id'])

    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.add_column(sa.Column('moved_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_thread_joined', ['joined_into_id'], unique=False)
        batch_op.create_index('ix_thread_newest', ['policy_id', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_newest')
        batch_op.drop_index('ix_thread_joined')
        batch_op.drop_column('moved_at')

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_comment_about_id_comment'), type_='foreignkey')
        batch_op.drop_index('ix_comment_moved')
        batch_op.drop_column('moved_at')
        batch_op.drop_column('about_id')
