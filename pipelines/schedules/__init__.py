"""How a learning rate changes while a run trains: which ways there are, and what each gives. No keras."""

from pipelines.schedules.kinds import KINDS
from pipelines.schedules.planned import base_rate, kind_of, optimizer_schedule, planned, settled
from pipelines.schedules.rates import rates

__all__ = ["KINDS", "base_rate", "kind_of", "optimizer_schedule", "planned", "rates", "settled"]
