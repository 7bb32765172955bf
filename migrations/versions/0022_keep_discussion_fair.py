"""Create flags, reviews, holds, follows and notices; old actions learn whom they were about."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0022'
down_revision = '0021'


def upgrade() -> None:
    op.create_table('letter_sent',
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_letter_sent'))
    )
    op.create_table('duty_shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('begins_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_duty_shift_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_shift'))
    )
    with op.batch_alter_table('duty_shift', schema=None) as batch_op:
        batch_op.create_index('ix_duty_shift_time', ['ends_at', 'begins_at'], unique=False)

    op.create_table('hand_over',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_hand_over_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over'))
    )
    op.create_table('reader_state',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('at_once', sa.Boolean(), nullable=False),
    sa.Column('seen_upto', sa.Integer(), nullable=False),
    sa.Column('told_upto', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reader_state_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_reader_state')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_reader_state_token_hash'))
    )
    op.create_table('happening',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clauses', sa.Text(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('ref', sa.Integer(), nullable=False),
    sa.Column('by_public_id', sa.String(length=20), nullable=False),
    sa.Column('is_minor', sa.Boolean(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_happening_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_happening')),
    sa.UniqueConstraint('seq', name=op.f('uq_happening_seq'))
    )
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.create_index('ix_happening_policy', ['policy_id', 'id'], unique=False)
        batch_op.create_index('ix_happening_thread', ['thread_id', 'id'], unique=False)

    op.create_table('hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('until', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('by_role', sa.String(length=20), nullable=False),
    sa.Column('begun_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_hold_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_hold_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index('ix_hold_policy', ['policy_id', 'until'], unique=False)

    op.create_table('inspection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('replied_by_id', sa.Integer(), nullable=True),
    sa.Column('replied_role', sa.String(length=20), nullable=False),
    sa.Column('replied_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_inspection_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_inspection_policy_id_policy')),
    sa.ForeignKeyConstraint(['replied_by_id'], ['person.id'], name=op.f('fk_inspection_replied_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection'))
    )
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.create_index('ix_inspection_policy', ['policy_id'], unique=False)

    op.create_table('mail_follower',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('locale', sa.String(length=12), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('asked_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('told_upto', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_mail_follower_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_follower')),
    sa.UniqueConstraint('address', 'policy_id', 'clause', name=op.f('uq_mail_follower_address_policy_id_clause')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_mail_follower_token_hash'))
    )
    with op.batch_alter_table('mail_follower', schema=None) as batch_op:
        batch_op.create_index('ix_mail_follower_policy', ['policy_id', 'clause'], unique=False)

    op.create_table('moderation_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), nullable=False),
    sa.Column('for_supervisors', sa.Boolean(), nullable=False),
    sa.Column('opened_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('claimed_by_id', sa.Integer(), nullable=True),
    sa.Column('claimed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_moderation_case_author_id_person')),
    sa.ForeignKeyConstraint(['claimed_by_id'], ['person.id'], name=op.f('fk_moderation_case_claimed_by_id_person')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_moderation_case_closed_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_moderation_case_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_case'))
    )
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.create_index('ix_moderation_case_author', ['author_id'], unique=False)
        batch_op.create_index('ix_moderation_case_queue', ['closed_at', 'is_urgent', 'id'], unique=False)
        batch_op.create_index('uq_moderation_case_open', ['kind', 'object_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('once', sa.String(length=60), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('values', sa.Text(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('by_mail', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_notice_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('person_id', 'once', name=op.f('uq_notice_person_id_once'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index('ix_notice_letter', ['by_mail', 'id'], unique=False)
        batch_op.create_index('ix_notice_person', ['person_id', 'id'], unique=False)

    op.create_table('removal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('ground', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('is_confirmed', sa.Boolean(), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('swept_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('length(reason) > 0', name=op.f('ck_removal_reason_given')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_removal_decided_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_removal_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_removal_policy_id_policy')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_removal_proposed_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_removal'))
    )
    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.create_index('ix_removal_object', ['kind', 'object_id'], unique=False)

    op.create_table('slowdown',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('until', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_slowdown_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slowdown'))
    )
    with op.batch_alter_table('slowdown', schema=None) as batch_op:
        batch_op.create_index('ix_slowdown_policy', ['policy_id', 'until'], unique=False)

    op.create_table('watch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('since', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_watch_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch')),
    sa.UniqueConstraint('person_id', 'policy_id', 'clause', 'thread_id', name=op.f('uq_watch_person_id_policy_id_clause_thread_id'))
    )
    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.create_index('ix_watch_policy', ['policy_id', 'clause', 'thread_id'], unique=False)

    op.create_table('flag',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_flag_by_id_person')),
    sa.ForeignKeyConstraint(['case_id'], ['moderation_case.id'], name=op.f('fk_flag_case_id_moderation_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flag')),
    sa.UniqueConstraint('case_id', 'by_id', name=op.f('uq_flag_case_id_by_id'))
    )
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.create_index('ix_flag_by', ['by_id'], unique=False)

    op.create_table('thread_summary',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('removed_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_thread_summary_by_id_person')),
    sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_thread_summary_thread_id_thread')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_summary'))
    )
    with op.batch_alter_table('thread_summary', schema=None) as batch_op:
        batch_op.create_index('ix_thread_summary_thread', ['thread_id', 'id'], unique=False)

    op.create_table('appeal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_role', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('reversal_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['moderation_action.id'], name=op.f('fk_appeal_action_id_moderation_action')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_appeal_by_id_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_appeal_decided_by_id_person')),
    sa.ForeignKeyConstraint(['reversal_id'], ['moderation_action.id'], name=op.f('fk_appeal_reversal_id_moderation_action')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('action_id', name=op.f('uq_appeal_action_id'))
    )
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.create_index('ix_appeal_open', ['decided_at', 'id'], unique=False)

    op.create_table('hidden_name',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['moderation_action.id'], name=op.f('fk_hidden_name_action_id_moderation_action')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hidden_name_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_hidden_name'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('prompt', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('moved_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('erased_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_comment_author', ['author_id', 'id'], unique=False)
        batch_op.create_index('ix_comment_held', ['held_until'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_comment_moved_from_id_thread'), 'thread', ['moved_from_id'], ['id'])

    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_contribution_clause'))
        batch_op.create_index('ix_contribution_clause', ['policy_id', 'clause', 'number', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at', 'held_until', 'group_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_contribution_fit'))
        batch_op.create_index('ix_contribution_fit', ['policy_id', 'kind', 'state', 'fit_number', 'base', 'author_id', 'channel', 'sent_at', 'held_until'], unique=False)
        batch_op.drop_index(batch_op.f('ix_contribution_group'))
        batch_op.create_index('ix_contribution_group', ['group_id', 'number', 'policy_id', 'clause', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at', 'held_until'], unique=False)
        batch_op.drop_index(batch_op.f('ix_contribution_number'))
        batch_op.create_index('ix_contribution_number', ['policy_id', 'number', 'clause', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at', 'held_until', 'group_id'], unique=False)
        batch_op.drop_index(batch_op.f('ix_contribution_owed'))
        batch_op.create_index('ix_contribution_owed', ['policy_id', 'is_owed', 'state', 'number', 'is_late', 'parts', 'author_id', 'channel', 'sent_at', 'held_until'], unique=False)

    with op.batch_alter_table('moderation_action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('case_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('until', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reverses_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_mistake', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('batch', sa.String(length=16), nullable=False, server_default=''))
        batch_op.alter_column('by_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index('ix_moderation_action_case', ['case_id'], unique=False)
        batch_op.create_index('ix_moderation_action_person', ['person_id'], unique=False)
        batch_op.create_index('ix_moderation_action_reverses', ['reverses_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_moderation_action_person_id_person'), 'person', ['person_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_moderation_action_case_id_moderation_case'), 'moderation_case', ['case_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_moderation_action_reverses_id_moderation_action'), 'moderation_action', ['reverses_id'], ['id'])

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hides_list', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('erased_at', app.database.UTCDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('locked_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('joined_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('moved_from', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('answered_at', app.database.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_thread_joined_into_id_thread'), 'thread', ['joined_into_id'], ['id'])

    for kind, table in (('comment', 'comment'), ('suggestion', 'contribution'), ('summary', 'revision')):
        op.execute(
            f'UPDATE moderation_action SET person_id = (SELECT author_id FROM {table} WHERE {table}.id = object_id)'
            f" WHERE kind = '{kind}'"
        )



def downgrade() -> None:
    with op.batch_alter_table('thread', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_thread_joined_into_id_thread'), type_='foreignkey')
        batch_op.drop_column('answered_at')
        batch_op.drop_column('moved_from')
        batch_op.drop_column('joined_into_id')
        batch_op.drop_column('locked_at')
        batch_op.drop_column('held_until')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('erased_at')
        batch_op.drop_column('hides_list')

    with op.batch_alter_table('moderation_action', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_moderation_action_reverses_id_moderation_action'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_moderation_action_case_id_moderation_case'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_moderation_action_person_id_person'), type_='foreignkey')
        batch_op.drop_index('ix_moderation_action_reverses')
        batch_op.drop_index('ix_moderation_action_person')
        batch_op.drop_index('ix_moderation_action_case')
        batch_op.alter_column('by_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('batch')
        batch_op.drop_column('is_mistake')
        batch_op.drop_column('reverses_id')
        batch_op.drop_column('until')
        batch_op.drop_column('case_id')
        batch_op.drop_column('person_id')

    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('ix_contribution_owed')
        batch_op.create_index(batch_op.f('ix_contribution_owed'), ['policy_id', 'is_owed', 'state', 'number', 'is_late', 'parts', 'author_id', 'channel', 'sent_at'], unique=False)
        batch_op.drop_index('ix_contribution_number')
        batch_op.create_index(batch_op.f('ix_contribution_number'), ['policy_id', 'number', 'clause', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at', 'group_id'], unique=False)
        batch_op.drop_index('ix_contribution_group')
        batch_op.create_index(batch_op.f('ix_contribution_group'), ['group_id', 'number', 'policy_id', 'clause', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at'], unique=False)
        batch_op.drop_index('ix_contribution_fit')
        batch_op.create_index(batch_op.f('ix_contribution_fit'), ['policy_id', 'kind', 'state', 'fit_number', 'base', 'author_id', 'channel', 'sent_at'], unique=False)
        batch_op.drop_index('ix_contribution_clause')
        batch_op.create_index(batch_op.f('ix_contribution_clause'), ['policy_id', 'clause', 'number', 'kind', 'state', 'after', 'author_id', 'channel', 'sent_at', 'group_id'], unique=False)
        batch_op.drop_column('held_until')

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_comment_moved_from_id_thread'), type_='foreignkey')
        batch_op.drop_index('ix_comment_held')
        batch_op.drop_index('ix_comment_author')
        batch_op.drop_column('erased_at')
        batch_op.drop_column('moved_from_id')
        batch_op.drop_column('prompt')
        batch_op.drop_column('held_until')

    op.drop_table('hidden_name')
    with op.batch_alter_table('appeal', schema=None) as batch_op:
        batch_op.drop_index('ix_appeal_open')

    op.drop_table('appeal')
    with op.batch_alter_table('thread_summary', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_summary_thread')

    op.drop_table('thread_summary')
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.drop_index('ix_flag_by')

    op.drop_table('flag')
    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.drop_index('ix_watch_policy')

    op.drop_table('watch')
    with op.batch_alter_table('slowdown', schema=None) as batch_op:
        batch_op.drop_index('ix_slowdown_policy')

    op.drop_table('slowdown')
    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.drop_index('ix_removal_object')

    op.drop_table('removal')
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_person')
        batch_op.drop_index('ix_notice_letter')

    op.drop_table('notice')
    with op.batch_alter_table('moderation_case', schema=None) as batch_op:
        batch_op.drop_index('uq_moderation_case_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_moderation_case_queue')
        batch_op.drop_index('ix_moderation_case_author')

    op.drop_table('moderation_case')
    with op.batch_alter_table('mail_follower', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_follower_policy')

    op.drop_table('mail_follower')
    with op.batch_alter_table('inspection', schema=None) as batch_op:
        batch_op.drop_index('ix_inspection_policy')

    op.drop_table('inspection')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index('ix_hold_policy')

    op.drop_table('hold')
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.drop_index('ix_happening_thread')
        batch_op.drop_index('ix_happening_policy')

    op.drop_table('happening')
    op.drop_table('reader_state')
    op.drop_table('hand_over')
    with op.batch_alter_table('duty_shift', schema=None) as batch_op:
        batch_op.drop_index('ix_duty_shift_time')

    op.drop_table('duty_shift')
    op.drop_table('letter_sent')
