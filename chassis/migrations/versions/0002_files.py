"""Files that people attach to what they do."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import Moment

revision = "chassis_0002"
down_revision = "chassis_0001"
branch_labels = None


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "stored_files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.String(255), nullable=False),
        sa.Column("uploaded_at", Moment, nullable=False),
        sa.Column("department", sa.String(64)),
        sa.Column("attached_to", sa.String(100)),
        sa.Column("owner_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_stored_files"),
    )
    op.create_index("ix_stored_files_owner_id", "stored_files", ["owner_id"])
    op.create_index("ix_stored_files_sha256", "stored_files", ["sha256"])
    op.create_index("ix_stored_files_uploaded_by_id", "stored_files", ["uploaded_by", "id"])
