"""Let the reason line of a revision, and nothing else of it, be taken out for good.

The triggers of 0007 refuse every change of a revision. From here on they let one pass: the summary
becomes empty and its salt zero, and what an imported file said above its text may go with them.
"""

import sqlalchemy as sa
from alembic import op

import app.database

revision = '0026'
down_revision = '0025'

STAYS = (
    'id', 'policy_id', 'number', 'parent', 'kind', 'merged_from', 'restores', 'author_id',
    'author_role', 'saved_at', 'keyframe', 'sha256', 'text_zstd', 'outline_zstd',
)
REFUSE = "BEGIN SELECT RAISE(ABORT, 'rows of revision are permanent'); END"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def upgrade() -> None:
    op.add_column('hidden', sa.Column('ground', sa.String(length=20), nullable=False, server_default=''))
    op.add_column('hidden', sa.Column('removed_at', app.database.UTCDateTime(timezone=True), nullable=True))
    op.add_column('removal', sa.Column('decided_reason', sa.String(length=500), nullable=False, server_default=''))
    if _is_postgresql():
        op.execute("""
            CREATE FUNCTION refuse_change_of_revision() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    OLD.summary := '';
                    OLD.summary_salt := decode(repeat('00', 16), 'hex');
                    IF NEW.front = '' THEN
                        OLD.front := '';
                    END IF;
                    IF NEW IS NOT DISTINCT FROM OLD THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'rows of % are permanent', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$
        """)
        op.execute('DROP TRIGGER revision_is_permanent ON revision')
        op.execute(
            'CREATE TRIGGER revision_is_permanent BEFORE UPDATE OR DELETE ON revision'
            ' FOR EACH ROW EXECUTE FUNCTION refuse_change_of_revision()'
        )
        return
    same = ' AND '.join(f'NEW.{column} IS OLD.{column}' for column in STAYS)
    erased = "NEW.summary = '' AND NEW.summary_salt = zeroblob(16)"
    op.execute('DROP TRIGGER revision_not_updated')
    op.execute(
        'CREATE TRIGGER revision_not_updated BEFORE UPDATE ON revision'
        f" WHEN NOT ({erased} AND (NEW.front IS OLD.front OR NEW.front = '') AND {same}) {REFUSE}"
    )


def downgrade() -> None:
    if _is_postgresql():
        op.execute('DROP TRIGGER revision_is_permanent ON revision')
        op.execute(
            'CREATE TRIGGER revision_is_permanent BEFORE UPDATE OR DELETE ON revision'
            ' FOR EACH ROW EXECUTE FUNCTION refuse_change()'
        )
        op.execute('DROP FUNCTION refuse_change_of_revision()')
    else:
        op.execute('DROP TRIGGER revision_not_updated')
        op.execute(f'CREATE TRIGGER revision_not_updated BEFORE UPDATE ON revision {REFUSE}')
    op.drop_column('removal', 'decided_reason')
    op.drop_column('hidden', 'removed_at')
    op.drop_column('hidden', 'ground')
