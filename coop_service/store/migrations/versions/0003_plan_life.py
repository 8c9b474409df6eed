"""Versions, locks and the life of plans."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("parent_id", sa.String(length=36), nullable=True))
        plan.add_column(sa.Column("changes", sa.JSON(none_as_null=True), nullable=True))
        plan.add_column(sa.Column("locks", sa.JSON(none_as_null=True), nullable=True))
        # Plans that are there already need a value; the rows that follow bring their own.
        plan.add_column(
            sa.Column("note", sa.String(length=1000), nullable=False, server_default="")
        )
        plan.add_column(
            sa.Column("violation_count", sa.Integer(), nullable=False, server_default="0")
        )
        plan.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        plan.create_foreign_key("fk_plan_parent_id", "plan", ["parent_id"], ["id"])
    with op.batch_alter_table("plan") as plan:
        for name in ("note", "violation_count", "revision"):
            plan.alter_column(name, server_default=None)
    op.create_table(
        "plan_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["county"], ["county.code"], name="fk_plan_event_county"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_event_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_event"),
        sa.UniqueConstraint("plan_id", "revision", name="uq_plan_event_plan_id_revision"),
    )


def downgrade() -> None:
    op.drop_table("plan_event")
    with op.batch_alter_table("plan") as plan:
        plan.drop_constraint("fk_plan_parent_id", type_="foreignkey")
        for name in ("revision", "violation_count", "note", "locks", "changes", "parent_id"):
            plan.drop_column(name)
