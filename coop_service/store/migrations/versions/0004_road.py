"""What drivers report: links, records, photos and signatures; orders found by their identifier."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drive_link",
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("vehicle", sa.String(length=120), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["county.code"], name="fk_drive_link_county"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_drive_link_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "vehicle", name="pk_drive_link"),
    )
    op.create_table(
        "stop_record",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("vehicle", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("trip_index", sa.Integer(), nullable=True),
        sa.Column("visit_index", sa.Integer(), nullable=True),
        sa.Column("stop", sa.String(length=120), nullable=True),
        sa.Column("goods", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("cash_yuan", sa.Float(), nullable=True),
        sa.Column("returned_pieces", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("corrects", sa.String(length=36), nullable=True),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("reported_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["county"], ["county.code"], name="fk_stop_record_county"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_stop_record_plan_id"),
        sa.PrimaryKeyConstraint("county", "id", name="pk_stop_record"),
        sa.UniqueConstraint("county", "sequence", name="uq_stop_record_county_sequence"),
    )
    op.create_index(
        "ix_stop_record_county_date_vehicle", "stop_record", ["county", "date", "vehicle"]
    )
    op.create_table(
        "attachment",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("vehicle", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["county"], ["county.code"], name="fk_attachment_county"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_attachment_plan_id"),
        sa.PrimaryKeyConstraint("county", "id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_keep_until", "attachment", ["keep_until"])
    op.create_index("ix_day_order_county_identifier", "day_order", ["county", "identifier"])


def downgrade() -> None:
    op.drop_index("ix_day_order_county_identifier", "day_order")
    for table in ("attachment", "stop_record", "drive_link"):
        op.drop_table(table)
