"""Positions, readings, thresholds and vandalism marks, and the derived rows of the dashboard.

What was measured before keeps its words in and out; the worker measures all anew by the new definitions.
"""

import sqlalchemy as sa
from alembic import op

import app.database

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "clause_life",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_clause_life_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("policy_id", "clause", name=op.f("pk_clause_life")),
    )
    op.create_table(
        "clause_state",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("changed_number", sa.Integer(), nullable=False),
        sa.Column("changed_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("found", sa.String(length=12), nullable=False),
        sa.Column("shown", sa.String(length=12), nullable=False),
        sa.Column("waiting_since", app.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("regime", sa.String(length=8), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("is_under_review", sa.Boolean(), nullable=False),
        sa.Column("evaluated_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_clause_state_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("policy_id", "clause", name=op.f("pk_clause_state")),
    )
    with op.batch_alter_table("clause_state", schema=None) as batch_op:
        batch_op.create_index("ix_clause_state_shown", ["shown", "policy_id"], unique=False)

    op.create_table(
        "measured_policy",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_measured_policy_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("policy_id", name=op.f("pk_measured_policy")),
    )
    op.create_table(
        "policy_figure",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("computed_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_figure_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("policy_id", "name", name=op.f("pk_policy_figure")),
    )
    op.create_table(
        "position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("confirmation", sa.String(length=20), nullable=False),
        sa.Column("is_body", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", app.database.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_position_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_position_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint(
            "policy_id",
            "statement",
            "person_id",
            name=op.f("uq_position_policy_id_statement_person_id"),
        ),
    )
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.create_index("ix_position_person", ["person_id", "policy_id"], unique=False)

    op.create_table(
        "position_count",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(length=16), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("confirmation", sa.String(length=20), nullable=False),
        sa.Column("is_body", sa.Boolean(), nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_position_count_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint(
            "policy_id",
            "statement",
            "wording",
            "role",
            "confirmation",
            "is_body",
            name=op.f("pk_position_count"),
        ),
    )
    op.create_table(
        "reading",
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("confirmation", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("read_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reading_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_reading_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("policy_id", "clause", "person_id", name=op.f("pk_reading")),
    )
    op.create_table(
        "status_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("first_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("regime", sa.String(length=8), nullable=False),
        sa.Column("states", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_status_run_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_run")),
    )
    with op.batch_alter_table("status_run", schema=None) as batch_op:
        batch_op.create_index("ix_status_run_policy", ["policy_id", "id"], unique=False)

    op.create_table(
        "threshold_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_threshold_change_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_threshold_change_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_change")),
    )
    with op.batch_alter_table("threshold_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_threshold_change_policy", ["policy_id", "name", "id"], unique=False
        )

    op.create_table(
        "vandalism_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("at", app.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", app.database.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["moderation_action.id"],
            name=op.f("fk_vandalism_mark_action_id_moderation_action"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_vandalism_mark_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vandalism_mark")),
    )
    with op.batch_alter_table("vandalism_mark", schema=None) as batch_op:
        batch_op.create_index("ix_vandalism_mark_policy", ["policy_id", "number"], unique=False)

    with op.batch_alter_table("revision_change", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=12), nullable=False, server_default="substantive")
        )
        batch_op.add_column(sa.Column("undone", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("revision_change", schema=None) as batch_op:
        batch_op.drop_column("is_bulk")
        batch_op.drop_column("undone")
        batch_op.drop_column("kind")

    with op.batch_alter_table("vandalism_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_vandalism_mark_policy")

    op.drop_table("vandalism_mark")
    with op.batch_alter_table("threshold_change", schema=None) as batch_op:
        batch_op.drop_index("ix_threshold_change_policy")

    op.drop_table("threshold_change")
    with op.batch_alter_table("status_run", schema=None) as batch_op:
        batch_op.drop_index("ix_status_run_policy")

    op.drop_table("status_run")
    op.drop_table("reading")
    op.drop_table("position_count")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_index("ix_position_person")

    op.drop_table("position")
    op.drop_table("policy_figure")
    op.drop_table("measured_policy")
    with op.batch_alter_table("clause_state", schema=None) as batch_op:
        batch_op.drop_index("ix_clause_state_shown")

    op.drop_table("clause_state")
    op.drop_table("clause_life")
