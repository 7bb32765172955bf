"""Make history permanent: rows of what happened can be added, never changed or deleted.

A later migration that rebuilds one of these tables (SQLite batch mode) loses its triggers and must
make them again.
"""

from alembic import op

revision = '0007'
down_revision = '0006'

# table: the row that a REPLACE would delete without asking the trigger on DELETE
PERMANENT = {
    'event': 'id = NEW.id',
    'seal': 'seq = NEW.seq OR event_id = NEW.event_id',
    'revision': 'id = NEW.id OR (policy_id = NEW.policy_id AND number = NEW.number)',
}


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def upgrade() -> None:
    if _is_postgresql():
        op.execute("""
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are permanent', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$
        """)
        for table in PERMANENT:
            op.execute(
                f'CREATE TRIGGER {table}_is_permanent BEFORE UPDATE OR DELETE ON {table}'
                ' FOR EACH ROW EXECUTE FUNCTION refuse_change()'
            )
        return
    for table, same in PERMANENT.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are permanent'); END"
        op.execute(f'CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}')
        op.execute(f'CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}')
        op.execute(
            f'CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table}'
            f' WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}'
        )


def downgrade() -> None:
    for table in PERMANENT:
        if _is_postgresql():
            op.execute(f'DROP TRIGGER {table}_is_permanent ON {table}')
            continue
        for kind in ('updated', 'deleted', 'replaced'):
            op.execute(f'DROP TRIGGER {table}_not_{kind}')
    if _is_postgresql():
        op.execute('DROP FUNCTION refuse_change()')
