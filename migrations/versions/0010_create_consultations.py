"""Create consultations: calls for comment and the clauses they ask about."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table('call_clause')
    op.drop_table('consultation_call')
