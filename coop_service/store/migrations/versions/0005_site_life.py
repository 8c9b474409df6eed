"""The life of a site: its states with their first days."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sites that are there already are open on every day; rows that follow bring their own.
    with op.batch_alter_table("site") as site:
        site.add_column(sa.Column("life", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("site") as site:
        site.alter_column("life", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("site") as site:
        site.drop_column("life")
