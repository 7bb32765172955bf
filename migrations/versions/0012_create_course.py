"""Create the course of a policy: seats, waivers, moves, times that come by themselves."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    op.create_table('clause_closing',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('closes_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_clause_closing_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'clause', name=op.f('pk_clause_closing'))
    )
    op.create_table('phase_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('came_from', sa.String(length=20), nullable=False),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_phase_step_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_phase_step_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase_step'))
    )
    with op.batch_alter_table('phase_step', schema=None) as batch_op:
        batch_op.create_index('ix_phase_step_policy', ['policy_id'], unique=False)
    op.create_table('seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('body', sa.String(length=120), nullable=False),
    sa.Column('shows_name', sa.Boolean(), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=False),
    sa.Column('named_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('left_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['named_by_id'], ['person.id'], name=op.f('fk_seat_named_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_seat_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_seat_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat'))
    )
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.create_index('ix_seat_person', ['person_id'], unique=False)
        batch_op.create_index('ix_seat_policy', ['policy_id', 'kind'], unique=False)
    op.create_table('waiver',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_waiver_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_waiver_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'what', name=op.f('pk_waiver'))
    )
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('usual_closes_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('announced_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('effective_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('held_phase', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('held_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('round', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('policy_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edits', sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table('policy_member', schema=None) as batch_op:
        batch_op.drop_column('edits')
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.drop_column('round')
        batch_op.drop_column('held_at')
        batch_op.drop_column('held_phase')
        batch_op.drop_column('effective_at')
        batch_op.drop_column('announced_at')
        batch_op.drop_column('usual_closes_at')
        batch_op.drop_column('opens_at')
    op.drop_table('waiver')
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.drop_index('ix_seat_policy')
        batch_op.drop_index('ix_seat_person')
    op.drop_table('seat')
    with op.batch_alter_table('phase_step', schema=None) as batch_op:
        batch_op.drop_index('ix_phase_step_policy')
    op.drop_table('phase_step')
    op.drop_table('clause_closing')
