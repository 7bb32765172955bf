"""Create the ledger: events, seals and cursors."""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('occurred_at', app.database.UTCDateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=20), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('nonce', sa.LargeBinary(length=16), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_table('unsealed_event',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_unsealed_event_event_id_event')),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_unsealed_event'))
    )
    op.create_table('seal',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('leaf', sa.LargeBinary(length=32), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_seal_event_id_event')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_seal')),
    sa.UniqueConstraint('event_id', name=op.f('uq_seal_event_id'))
    )
    op.create_table('ledger_cursor',
    sa.Column('reaction', sa.String(length=80), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('retry_at', app.database.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('reaction', name=op.f('pk_ledger_cursor'))
    )


def downgrade() -> None:
    op.drop_table('ledger_cursor')
    op.drop_table('seal')
    op.drop_table('unsealed_event')
    op.drop_table('event')
