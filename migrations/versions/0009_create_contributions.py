"""Create contributions, their operations, answers and kept words; number the threads there are."""

import secrets

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0009'
down_revision = '0008'


def upgrade() -> None:
    op.create_table('contribution',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=True),
    sa.Column('after', sa.String(length=12), nullable=True),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author_role', sa.String(length=20), nullable=False),
    sa.Column('speaks_for', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('begun_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('is_late', sa.Boolean(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('withdrawn_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('erased_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('fit', sa.String(length=12), nullable=False),
    sa.Column('fit_number', sa.Integer(), nullable=False),
    sa.Column('superseded_by', sa.Integer(), nullable=True),
    sa.Column('news_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('seen_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('lookup_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('edit_token', sa.String(length=60), nullable=True),
    sa.Column('sketch', sa.LargeBinary(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_contribution_author_id_person')),
    sa.ForeignKeyConstraint(['group_id'], ['contribution.id'], name=op.f('fk_contribution_group_id_contribution')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_contribution_policy_id_policy')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_contribution_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('lookup_hash', name=op.f('uq_contribution_lookup_hash')),
    sa.UniqueConstraint('policy_id', 'edit_token', name=op.f('uq_contribution_policy_id_edit_token')),
    sa.UniqueConstraint('policy_id', 'number', name=op.f('uq_contribution_policy_id_number')),
    sa.UniqueConstraint('thread_id', name=op.f('uq_contribution_thread_id'))
    )
    op.create_index('ix_contribution_author', 'contribution', ['author_id'])
    op.create_index('ix_contribution_clause', 'contribution', ['policy_id', 'clause', 'number'])
    op.create_index('ix_contribution_state', 'contribution', ['policy_id', 'state'])
    op.create_table('suggested_change',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=True),
    sa.Column('after', sa.String(length=12), nullable=True),
    sa.Column('base_hash', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_suggested_change_contribution_id_contribution')),
    sa.PrimaryKeyConstraint('contribution_id', 'position', name=op.f('pk_suggested_change'))
    )
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('clauses', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_answer_by_id_person')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_answer_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_answer_department_id_department')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    op.create_index('ix_answer_contribution', 'answer', ['contribution_id'])
    op.create_table('kept_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=True),
    sa.Column('after', sa.String(length=12), nullable=True),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('edit_token', sa.String(length=60), nullable=False),
    sa.Column('revised', sa.Integer(), nullable=False),
    sa.Column('sent_as', sa.Integer(), nullable=True),
    sa.Column('begun_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('kept_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_kept_words_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_kept_words_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_words')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_kept_words_code_hash')),
    sa.UniqueConstraint('edit_token', name=op.f('uq_kept_words_edit_token'))
    )
    op.create_index('ix_kept_words_person', 'kept_words', ['person_id', 'policy_id'])
    op.create_table('contribution_band',
    sa.Column('contribution_id', sa.Integer(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_band_contribution_id_contribution')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_contribution_band_policy_id_policy')),
    sa.PrimaryKeyConstraint('contribution_id', 'band', name=op.f('pk_contribution_band'))
    )
    op.create_index('ix_contribution_band_value', 'contribution_band', ['policy_id', 'value'])
    op.add_column('comment', sa.Column('withdrawn_at', app.database.UTCDateTime(timezone=True), nullable=True))
    _number_threads()


def _number_threads() -> None:
    """Each thread was opened by a contribution: it gets its number, in the order of opening."""
    connection = op.get_bind()
    threads = connection.execute(sa.text("""
        SELECT t.id, t.policy_id, t.kind, t.clause, t.opened_on, t.opened_by_id, t.opened_at,
               c.author_role, c.speaks_for
        FROM thread t JOIN comment c
          ON c.id = (SELECT MIN(f.id) FROM comment f WHERE f.thread_id = t.id)
        ORDER BY t.policy_id, t.id
    """)).all()
    numbers: dict[int, int] = {}
    rows = []
    for thread in threads:
        numbers[thread.policy_id] = numbers.get(thread.policy_id, 0) + 1
        rows.append({
            'policy': thread.policy_id, 'number': numbers[thread.policy_id], 'kind': thread.kind,
            'clause': thread.clause, 'base': thread.opened_on, 'author': thread.opened_by_id,
            'role': thread.author_role, 'speaks_for': thread.speaks_for,
            'salt': secrets.token_bytes(16), 'at': thread.opened_at, 'thread': thread.id,
            'late': False,
        })
    if rows:
        connection.execute(sa.text("""
            INSERT INTO contribution (policy_id, number, kind, clause, base, author_id, author_role,
                speaks_for, reason, salt, begun_at, sent_at, is_late, thread_id, state, fit,
                fit_number)
            VALUES (:policy, :number, :kind, :clause, :base, :author, :role, :speaks_for, '', :salt,
                :at, :at, :late, :thread, 'open', '', 0)
        """), rows)


def downgrade() -> None:
    op.drop_column('comment', 'withdrawn_at')
    op.drop_table('contribution_band')
    op.drop_table('kept_words')
    op.drop_table('answer')
    op.drop_table('suggested_change')
    op.drop_table('contribution')
