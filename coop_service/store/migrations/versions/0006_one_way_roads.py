"""Roads that may be driven one way only."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("road") as road:
        road.add_column(sa.Column("one_way_to", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("road") as road:
        road.drop_column("one_way_to")
