"""One event may let out several words that waited: a happening for each of them."""

from alembic import op

revision = '0024'
down_revision = '0023'


def upgrade() -> None:
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_happening_seq'), type_='unique')
        batch_op.create_unique_constraint(
            batch_op.f('uq_happening_seq_kind_ref'), ['seq', 'kind', 'ref']
        )


def downgrade() -> None:
    with op.batch_alter_table('happening', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_happening_seq_kind_ref'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_happening_seq'), ['seq'])
