"""Create the desk of answers: drafts, points, saved reasons, assignments, words on paper."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.create_table('saved_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('saved_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_saved_reason_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_saved_reason_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_reason')),
    sa.UniqueConstraint('policy_id', 'name', name=op.f('uq_saved_reason_policy_id_name'))
    )
    op.create_table('answer_draft',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('clauses', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('saved_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('is_further', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_answer_draft_by_id_person')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_answer_draft_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_answer_draft_department_id_department')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_answer_draft_policy_id_policy')),
    sa.PrimaryKeyConstraint('contribution_id', 'part', name=op.f('pk_answer_draft'))
    )
    with op.batch_alter_table('answer_draft', schema=None) as batch_op:
        batch_op.create_index('ix_answer_draft_policy', ['policy_id'], unique=False)
    op.create_table('assignment',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_assignment_by_id_person')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_assignment_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_assignment_to_id_person')),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index('ix_assignment_person', ['to_id'], unique=False)
    op.create_table('contribution_part',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_part_contribution_id_contribution')),
    sa.PrimaryKeyConstraint('contribution_id', 'part', name=op.f('pk_contribution_part'))
    )
    op.create_table('paper_record',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=12), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('shows_name', sa.Boolean(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('scan', sa.String(length=120), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('import_key', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_paper_record_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_paper_record_department_id_department')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_paper_record_entered_by_id_person')),
    sa.PrimaryKeyConstraint('contribution_id', name=op.f('pk_paper_record')),
    sa.UniqueConstraint('import_key', name=op.f('uq_paper_record_import_key'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_hand_grouped', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('comment_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('channel', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('round', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('is_owed', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('parts', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_index('ix_contribution_group', ['group_id'], unique=False)
        batch_op.create_index('ix_contribution_owed', ['policy_id', 'is_owed', 'state', 'number'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_contribution_comment_id'), ['comment_id'])
        batch_op.create_foreign_key(batch_op.f('fk_contribution_comment_id_comment'), 'comment', ['comment_id'], ['id'])

    # Nothing sent before came in a round; what was late is answered if there is time.
    op.execute('UPDATE contribution SET is_owed = NOT is_late')


def downgrade() -> None:
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_contribution_comment_id_comment'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_contribution_comment_id'), type_='unique')
        batch_op.drop_index('ix_contribution_owed')
        batch_op.drop_index('ix_contribution_group')
        batch_op.drop_column('parts')
        batch_op.drop_column('is_owed')
        batch_op.drop_column('round')
        batch_op.drop_column('channel')
        batch_op.drop_column('comment_id')
        batch_op.drop_column('is_hand_grouped')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('part')
    op.drop_table('paper_record')
    op.drop_table('contribution_part')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index('ix_assignment_person')
    op.drop_table('assignment')
    with op.batch_alter_table('answer_draft', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_draft_policy')
    op.drop_table('answer_draft')
    op.drop_table('saved_reason')
