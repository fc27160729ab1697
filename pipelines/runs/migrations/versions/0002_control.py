"""Control: causes of failures, the order of the queue, the per-batch curve, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the queue and the live pages ask for."""
    op.add_column("runs", sa.Column("cause", sa.String(20)))
    op.add_column("runs", sa.Column("position", sa.Float, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("held", sa.Boolean, nullable=False, server_default="0"))
    op.add_column("runs", sa.Column("spec_key", sa.String(16)))
    op.add_column("runs", sa.Column("memory_bytes", sa.BigInteger))
    op.execute("UPDATE runs SET position = created_at")
    op.create_index("ix_runs_spec_key", "runs", ["spec_key"])
    op.create_table(
        "batch_points",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("mean", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.PrimaryKeyConstraint("run_id", "step"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
