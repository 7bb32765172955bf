"""Create credits: whose suggestion a revision draws on, and where each word came from."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('revision_credit',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('suggestion', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('inserted', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_revision_credit_person_id_person')),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_revision_credit_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'number', 'suggestion', name=op.f('pk_revision_credit'))
    )
    op.create_table('clause_origin',
    sa.Column('policy_id', sa.Integer(), nullable=False),
    sa.Column('clause', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('runs', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['policy_id'], ['policy.id'], name=op.f('fk_clause_origin_policy_id_policy')),
    sa.PrimaryKeyConstraint('policy_id', 'clause', 'number', name=op.f('pk_clause_origin'))
    )
    op.add_column('policy', sa.Column('closes_at', app.database.UTCDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('policy', 'closes_at')
    op.drop_table('clause_origin')
    op.drop_table('revision_credit')
