"""The tables. A change here needs a migration in migrations/versions and a new HEAD."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0002"
metadata = MetaData()

experiments = Table(
    "experiments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(12), nullable=False, unique=True),
    Column("experiment_id", ForeignKey("experiments.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("status", String(10), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("heartbeat_at", Float),
    Column("host", String(255)),
    Column("pid", Integer),
    Column("pid_created", Float),
    Column("device", String(20)),
    Column("spec", Text, nullable=False),
    Column("error", Text),
    Column("parent_uid", String(12)),
    Column("notes", Text, nullable=False, server_default=""),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("request", String(10)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("stopped_epoch", Integer),
    Column("best_epoch", Integer),
    Column("nonfinite", Boolean, nullable=False, server_default="0"),
    Column("progress", Text),
    Column("cause", String(20)),
    Column("position", Float, nullable=False, server_default="0"),
    Column("held", Boolean, nullable=False, server_default="0"),
    Column("spec_key", String(16)),
    Column("memory_bytes", BigInteger),
    Index("ix_runs_spec_key", "spec_key"),
    Index("ix_runs_experiment_created", "experiment_id", "created_at"),
    Index("ix_runs_status", "status"),
)

run_tags = Table(
    "run_tags",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(80), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("run_id", "key"),
)

metric_keys = Table(
    "metric_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
)

metrics = Table(
    "metrics",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key_id", ForeignKey("metric_keys.id"), nullable=False),
    Column("split", String(5), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("ts", Float, nullable=False),
    Column("value", Float),
    PrimaryKeyConstraint("run_id", "key_id", "split", "step"),
    sqlite_with_rowid=False,
)

metric_summary = Table(
    "metric_summary",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key_id", ForeignKey("metric_keys.id"), nullable=False),
    Column("split", String(5), nullable=False),
    Column("n", Integer, nullable=False),
    Column("last", Float),
    Column("last_epoch", Integer, nullable=False),
    Column("min", Float),
    Column("min_epoch", Integer),
    Column("max", Float),
    Column("max_epoch", Integer),
    PrimaryKeyConstraint("run_id", "key_id", "split"),
    sqlite_with_rowid=False,
)

batch_points = Table(
    "batch_points",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("mean", Float),
    Column("low", Float),
    Column("high", Float),
    PrimaryKeyConstraint("run_id", "step"),
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("path", String(500), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("run_id", "path"),
)

services = Table(
    "services",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("pid_created", Float, nullable=False),
    Column("started_at", Float, nullable=False),
    Column("info", Text, nullable=False, server_default="{}"),
    UniqueConstraint("kind", "host", "pid"),
)
