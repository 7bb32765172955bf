"""Create policies, their revisions and what belongs to them."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_table('policy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('phase', sa.String(length=20), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('publish_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('published_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('publish_history', sa.Boolean(), nullable=False),
    sa.Column('public_from', sa.Integer(), nullable=False),
    sa.Column('plain_summary', sa.Text(), nullable=False),
    sa.Column('is_imported', sa.Boolean(), nullable=False),
    sa.Column('head_number', sa.Integer(), nullable=False),
    sa.Column('page_version', sa.Integer(), nullable=False),
    sa.Column('next_clause', sa.Integer(), nullable=False),
    sa.Column('created_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_policy_department_id_department')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_policy_owner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('slug', name=op.f('uq_policy_slug'))
    )
    with op.batch_alter_table('policy', schema=None) as batch_op:
        batch_op.create_index('ix_policy_listing', ['is_public', 'updated_at'], unique=False)
    op.create_table('policy_address',
    sa.Column('slug', sa.String(length=120), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_policy_address_policy_id_policy')),
    sa.PrimaryKeyConstraint('slug', name=op.f('pk_policy_address'))
    )
    op.create_table('policy_member',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=False),
    sa.Column('named_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['named_by_id'], ['person.id'], name=op.f('fk_policy_member_named_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_policy_member_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_policy_member_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'person_id', name=op.f('pk_policy_member'))
    )
    with op.batch_alter_table('policy_member', schema=None) as batch_op:
        batch_op.create_index('ix_policy_member_person', ['person_id'], unique=False)
    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('parent', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('merged_from', sa.Integer(), nullable=True),
    sa.Column('restores', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('author_role', sa.String(length=20), nullable=False),
    sa.Column('saved_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('summary', sa.String(length=500), nullable=False),
    sa.Column('summary_salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('front', sa.Text(), nullable=False),
    sa.Column('keyframe', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(length=32), nullable=False),
    sa.Column('text_zstd', sa.LargeBinary(), nullable=False),
    sa.Column('outline_zstd', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_revision_author_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_revision_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('policy_id', 'number', name=op.f('uq_revision_policy_id_number'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index('ix_revision_author', ['author_id'], unique=False)
    op.create_table('clause_note',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('plain', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('clause_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_clause_note_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'clause', name=op.f('pk_clause_note'))
    )
    op.create_table('clause_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('from_clause', sa.String(length=12), nullable=False),
    sa.Column('to_clause', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_clause_link_by_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_clause_link_policy_id_policy')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_link')),
    sa.UniqueConstraint('policy_id', 'revision', 'from_clause', name=op.f('uq_clause_link_policy_id_revision_from_clause'))
    )
    op.create_table('gone_clause',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_gone_clause_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'clause', name=op.f('pk_gone_clause'))
    )
    with op.batch_alter_table('gone_clause', schema=None) as batch_op:
        batch_op.create_index('ix_gone_clause_hash', ['policy_id', 'hash'], unique=False)
    op.create_table('draft',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('summary', sa.String(length=500), nullable=False),
    sa.Column('kept_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_draft_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'person_id', 'clause', name=op.f('pk_draft'))
    )
    op.create_table('saved_form',
    sa.Column('token', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=200), nullable=False),
    sa.Column('saved_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_form_person_id_person')),
    sa.PrimaryKeyConstraint('token', 'person_id', name=op.f('pk_saved_form')),
    sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table('saved_form')
    op.drop_table('draft')
    op.drop_table('gone_clause')
    op.drop_table('clause_link')
    op.drop_table('clause_note')
    op.drop_table('revision')
    op.drop_table('policy_member')
    op.drop_table('policy_address')
    op.drop_table('policy')
