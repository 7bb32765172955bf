"""Give every person who was named to write on a draft the seat of a drafter."""

from alembic import op

revision = '0017'
down_revision = '0016'


def upgrade() -> None:
    op.execute(
        "INSERT INTO seat (policy_id, kind, person_id, body, shows_name, named_by_id, named_at) "
        "SELECT m.policy_id, 'drafter', m.person_id, '', true, m.named_by_id, m.named_at "
        "FROM policy_member m WHERE NOT EXISTS (SELECT 1 FROM seat s WHERE "
        "s.policy_id = m.policy_id AND s.person_id = m.person_id AND s.left_at IS NULL)"
    )


def downgrade() -> None:
    """The seats stay: they say no more than the rows they were made of."""
