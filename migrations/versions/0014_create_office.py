"""Create the office: rounds of calls, acts of two officers, corrections, meetings, decisions."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0014'
down_revision = '0013'

_CALL = ('policy_id', 'question', 'opened_at', 'answer_days', 'short_reason', 'address', 'meetings', 'how_else')
_CLAUSE = ('policy_id', 'position', 'clause', 'question')


def _new_calls() -> None:
    op.create_table('consultation_call',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('opened_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('answer_days', sa.Integer(), nullable=False),
    sa.Column('held_days', sa.Integer(), nullable=False),
    sa.Column('short_reason', sa.Text(), nullable=False),
    sa.Column('ended_early', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=200), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('meetings', sa.Text(), nullable=False),
    sa.Column('how_else', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_consultation_call_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'round', name=op.f('pk_consultation_call'))
    )
    op.create_table('call_clause',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['policy_id', 'round'], ['consultation_call.policy_id', 'consultation_call.round'], name=op.f('fk_call_clause_policy_id_consultation_call')),
    sa.PrimaryKeyConstraint('policy_id', 'round', 'position', name=op.f('pk_call_clause'))
    )


def _old_calls() -> None:
    op.create_table('consultation_call',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.Column('opened_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('answer_days', sa.Integer(), nullable=False),
    sa.Column('short_reason', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('meetings', sa.Text(), nullable=False),
    sa.Column('how_else', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_consultation_call_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', name=op.f('pk_consultation_call'))
    )
    op.create_table('call_clause',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('question', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['consultation_call.policy_id'], name=op.f('fk_call_clause_policy_id_consultation_call')),
    sa.PrimaryKeyConstraint('policy_id', 'position', name=op.f('pk_call_clause'))
    )


def _set_aside(calls: str, clauses: str) -> None:
    """The rows wait in plain tables while the real ones are made anew with another key."""
    op.execute(f"CREATE TABLE call_aside AS SELECT {', '.join(_CALL)} FROM consultation_call {calls}")
    op.execute(f"CREATE TABLE clause_aside AS SELECT {', '.join(_CLAUSE)} FROM call_clause {clauses}")
    op.drop_table('call_clause')
    op.drop_table('consultation_call')


def _forget_aside() -> None:
    op.drop_table('clause_aside')
    op.drop_table('call_aside')


def upgrade() -> None:
    op.create_table('holiday',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday'))
    )
    op.create_table('annex',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('saved_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_annex_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_annex_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annex'))
    )
    with op.batch_alter_table('annex', schema=None) as batch_op:
        batch_op.create_index('ix_annex_policy', ['policy_id'], unique=False)
    op.create_table('change_source',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('numbers', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_change_source_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_change_source_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'number', 'clause', name=op.f('pk_change_source'))
    )
    op.create_table('correction',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('clauses', sa.Text(), nullable=False),
    sa.Column('is_editorial', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('closes_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_correction_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_correction_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'number', name=op.f('pk_correction'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('body', sa.String(length=120), nullable=False),
    sa.Column('document_number', sa.String(length=60), nullable=False),
    sa.Column('passed_on', sa.Date(), nullable=True),
    sa.Column('signed_by', sa.String(length=80), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('short_reason', sa.Text(), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('dissent', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_decision_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_decision_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index('ix_decision_policy', ['policy_id'], unique=False)
    op.create_table('department_opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('department', sa.String(length=120), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('remaining', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_department_opinion_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department_opinion')),
    sa.UniqueConstraint('policy_id', 'department', name=op.f('uq_department_opinion_policy_id_department'))
    )
    op.create_table('expert_opinion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('signed_name', sa.String(length=80), nullable=False),
    sa.Column('affiliation', sa.String(length=200), nullable=False),
    sa.Column('interest', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('signed_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_expert_opinion_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_expert_opinion_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expert_opinion'))
    )
    with op.batch_alter_table('expert_opinion', schema=None) as batch_op:
        batch_op.create_index('ix_expert_opinion_policy', ['policy_id'], unique=False)
    op.create_table('legal_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('is_lawful', sa.Boolean(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_legal_review_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_legal_review_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_review'))
    )
    with op.batch_alter_table('legal_review', schema=None) as batch_op:
        batch_op.create_index('ix_legal_review_policy', ['policy_id'], unique=False)
    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('starts_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.Column('participants', sa.Text(), nullable=False),
    sa.Column('papers', sa.Text(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('signed_by', sa.String(length=200), nullable=False),
    sa.Column('short_reason', sa.Text(), nullable=False),
    sa.Column('announced_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('called_off', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_meeting_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_policy', ['policy_id', 'starts_at'], unique=False)
    op.create_table('office_act',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('wanted', sa.Text(), nullable=False),
    sa.Column('check_code', sa.String(length=64), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('agreed_by_id', sa.Integer(), nullable=True),
    sa.Column('agreed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('alone_reason', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('ended_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agreed_by_id'], ['person.id'], name=op.f('fk_office_act_agreed_by_id_person')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_office_act_asked_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_office_act_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_act'))
    )
    with op.batch_alter_table('office_act', schema=None) as batch_op:
        batch_op.create_index('ix_office_act_policy', ['policy_id', 'state'], unique=False)

    _set_aside('', '')
    _new_calls()
    op.execute(
        f"INSERT INTO consultation_call ({', '.join(_CALL)}, round, revision, held_days, ended_early, audience)"
        f" SELECT {', '.join('a.' + name for name in _CALL)}, 1, p.head_number, 0, '', ''"
        ' FROM call_aside a JOIN policy p ON p.id = a.policy_id'
    )
    op.execute(
        f"INSERT INTO call_clause ({', '.join(_CLAUSE)}, round) SELECT {', '.join(_CLAUSE)}, 1 FROM clause_aside"
    )
    _forget_aside()
    op.execute('UPDATE policy SET round = 1 WHERE id IN (SELECT policy_id FROM consultation_call)')
    op.execute(
        'UPDATE contribution SET round = 1 WHERE EXISTS (SELECT 1 FROM consultation_call c'
        ' WHERE c.policy_id = contribution.policy_id AND c.opened_at <= contribution.sent_at)'
    )


def downgrade() -> None:
    latest = '(SELECT MAX(l.round) FROM consultation_call l WHERE l.policy_id = {table}.policy_id)'
    _set_aside(
        'WHERE round = ' + latest.format(table='consultation_call'),
        'WHERE round = ' + latest.format(table='call_clause'),
    )
    _old_calls()
    op.execute(f"INSERT INTO consultation_call ({', '.join(_CALL)}) SELECT {', '.join(_CALL)} FROM call_aside")
    op.execute(f"INSERT INTO call_clause ({', '.join(_CLAUSE)}) SELECT {', '.join(_CLAUSE)} FROM clause_aside")
    _forget_aside()
    with op.batch_alter_table('office_act', schema=None) as batch_op:
        batch_op.drop_index('ix_office_act_policy')
    op.drop_table('office_act')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_policy')
    op.drop_table('meeting')
    with op.batch_alter_table('legal_review', schema=None) as batch_op:
        batch_op.drop_index('ix_legal_review_policy')
    op.drop_table('legal_review')
    with op.batch_alter_table('expert_opinion', schema=None) as batch_op:
        batch_op.drop_index('ix_expert_opinion_policy')
    op.drop_table('expert_opinion')
    op.drop_table('department_opinion')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index('ix_decision_policy')
    op.drop_table('decision')
    op.drop_table('correction')
    op.drop_table('change_source')
    with op.batch_alter_table('annex', schema=None) as batch_op:
        batch_op.drop_index('ix_annex_policy')
    op.drop_table('annex')
    op.drop_table('holiday')
