"""The few contributions that wait are found without looking at all the others."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'


def upgrade() -> None:
    op.create_index(
        'ix_contribution_held',
        'contribution',
        ['held_until'],
        unique=False,
        sqlite_where=sa.text('held_until IS NOT NULL'),
        postgresql_where=sa.text('held_until IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_contribution_held', table_name='contribution')
