"""What is counted in a process while it works, for Prometheus (`docs/running.md`, "Metrics").

Counted where it happens; what can be read off the dialogues is not counted but looked up when
somebody asks (`probes.py`). No label names a person, a session or a dialogue, and none holds what
anybody wrote: a label's values are this program's own words.
"""

from functools import lru_cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from dialog import __version__

disable_created_metrics()

REGISTRY = CollectorRegistry()
"""This process's; each of several is asked by itself."""

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
MANY = (1, 2, 5, 10, 20, 50, 100, 200)
BYTES = (256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576)

WISHES = Counter(
    "dialog_wishes",
    "What phones, screens and staff asked for, and what became of it: acknowledged, again (it was "
    "there already), or the kind of refusal.",
    ("who", "wish", "outcome"),
    registry=REGISTRY,
)
ACKNOWLEDGEMENT = Histogram(
    "dialog_acknowledgement_seconds",
    "From a wish's arrival to its place on the disk.",
    registry=REGISTRY,
    buckets=SECONDS,
)
JOINS = Counter("dialog_joins", "Connections that were let in.", ("audience",), registry=REGISTRY)
TURNED_AWAY = Counter(
    "dialog_connections_closed_by_us",
    "Connections that this process ended, by close code.",
    ("code",),
    registry=REGISTRY,
)
BATCH = Histogram("dialog_commit_wishes", "Wishes in one commit.", registry=REGISTRY, buckets=MANY)
COMMIT = Histogram(
    "dialog_commit_seconds",
    "A commit, with its wait for the writer and the counter row.",
    registry=REGISTRY,
    buckets=SECONDS,
)
DATABASE_ERRORS = Counter(
    "dialog_database_errors", "Transactions that failed.", ("kind",), registry=REGISTRY
)
PATCH = Histogram(
    "dialog_patch_bytes",
    "A patch as it goes to every connection of an audience.",
    ("audience",),
    registry=REGISTRY,
    buckets=BYTES,
)
FAN_OUT = Histogram(
    "dialog_fan_out_seconds",
    "Writing what is new to every connection of an audience once.",
    ("audience",),
    registry=REGISTRY,
    buckets=SECONDS,
)
SKIPPED = Counter(
    "dialog_slow_readers_skipped",
    "Slow readers given the newest view in place of what they missed.",
    registry=REGISTRY,
)
DROPPED = Counter(
    "dialog_slow_readers_dropped", "Connections ended for not reading.", registry=REGISTRY
)
LOOP_LAG = Histogram(
    "dialog_loop_lag_seconds",
    "How late the event loop is with what is due.",
    registry=REGISTRY,
    buckets=SECONDS,
)
LOGS_FOLDED = Counter(
    "dialog_logs_folded", "Dialogues brought into memory, or folded anew.", registry=REGISTRY
)

Info("dialog", "The release.", registry=REGISTRY).info({"version": __version__})
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)


@lru_cache(maxsize=2000)
def outcome_of(who: str, wish: str, outcome: str) -> Counter:
    """The counter of these, found once: finding it costs more than counting."""
    return WISHES.labels(who, wish, outcome)


@lru_cache(maxsize=20)
def patch_for(audience: str) -> Histogram:
    return PATCH.labels(audience)


@lru_cache(maxsize=20)
def fan_out_to(audience: str) -> Histogram:
    return FAN_OUT.labels(audience)
