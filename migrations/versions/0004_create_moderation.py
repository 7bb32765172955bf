"""Create what moderators did and what is hidden."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('moderation_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(reason) > 0', name=op.f('ck_moderation_action_reason_given')),
    sa.CheckConstraint('length(rule) > 0', name=op.f('ck_moderation_action_rule_given')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_moderation_action_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_moderation_action_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_action'))
    )
    with op.batch_alter_table('moderation_action', schema=None) as batch_op:
        batch_op.create_index('ix_moderation_action_object', ['kind', 'object_id'], unique=False)
    op.create_table('hidden',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('hidden_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['moderation_action.id'], name=op.f('fk_hidden_action_id_moderation_action')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hidden')),
    sa.UniqueConstraint('kind', 'object_id', name=op.f('uq_hidden_kind_object_id'))
    )


def downgrade() -> None:
    op.drop_table('hidden')
    op.drop_table('moderation_action')
