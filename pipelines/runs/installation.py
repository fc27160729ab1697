"""What belongs to the installation and to no run: its settings, and the processes that live."""

import json
import socket
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from pipelines.runs.base import Base
from pipelines.runs.facts import Service
from pipelines.runs.schema import services, settings

_SET = sa.text(
    "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


class Installation(Base):
    """Settings and services."""

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting's value, or `default` where it was never set."""
        with self._db.read() as connection:
            text = connection.execute(sa.select(settings.c.value).where(settings.c.key == key)).scalar()
        return default if text is None else json.loads(text)

    def set_setting(self, key: str, value: Any) -> None:
        """Change a setting, for every process; None: as if it was never set.

        Args:
            key: "slots.cpu" (a number of runs), "slots.gpu" ({"gpu:0": a number of runs}), "webhook" ({"url": ...,
                "when": [statuses]}), ...
            value: anything that JSON can say.
        """
        with self._db.write() as connection:
            if value is None:
                connection.execute(sa.delete(settings).where(settings.c.key == key))
            else:
                connection.execute(_SET, {"key": key, "value": json.dumps(value, allow_nan=False)})

    def register_service(self, kind: str, pid: int, pid_created: float, info: dict[str, object] | None = None) -> None:
        """Say that a process of this machine lives (kind "app" or "supervisor"); again to change its info."""
        host = socket.gethostname()
        with self._db.write() as connection:
            _forget_service(connection, kind, host, pid)
            connection.execute(
                sa.insert(services).values(
                    kind=kind,
                    host=host,
                    pid=pid,
                    pid_created=pid_created,
                    started_at=self.clock(),
                    info=json.dumps(info or {}),
                )
            )

    def unregister_service(self, kind: str, pid: int) -> None:
        """Forget a process of this machine."""
        with self._db.write() as connection:
            _forget_service(connection, kind, socket.gethostname(), pid)

    def services(self, kind: str) -> list[Service]:
        """Processes that registered and did not unregister. A killed one stays listed: check that it lives."""
        columns = [services.c[field.name] for field in fields(Service)]
        with self._db.read() as connection:
            rows = connection.execute(sa.select(*columns).where(services.c.kind == kind).order_by(services.c.id))
            return [Service(**{**row, "info": json.loads(row["info"])}) for row in rows.mappings()]


def _forget_service(connection: sa.Connection, kind: str, host: str, pid: int) -> None:
    connection.execute(
        sa.delete(services).where(services.c.kind == kind, services.c.host == host, services.c.pid == pid)
    )
