"""The scaled form that faults and figures are tried on: every part ends and comes back."""

import pytest
from sqlalchemy import text

from bench.deployment import deployment
from dialog.store.database import open_database
from tests.hall import check, evening


def asked(there, what):
    engine = open_database(there.database_url)
    with engine.connect() as db:
        found = db.execute(text(what)).scalar()
    engine.dispose()
    return found


async def test_every_part_is_there_ends_and_comes_back():
    with deployment(web=2) as there:
        assert asked(there, "SHOW fsync") == "on"
        assert asked(there, "SHOW synchronous_commit") == "on"
        here, elsewhere = there.web
        async with evening(here, people=2) as meeting:
            await meeting.post(meeting.people[0])
            await meeting.move(meeting.people[1], elsewhere)
            await meeting.post(meeting.people[1])
            await check(meeting)
            for part in (there.redis, there.postgres, elsewhere):
                part.pause()
                part.resume()
                part.kill()
                part.start()
            there.postgres.stop()
            there.postgres.start()
            there.redis.flush()
            there.worker.kill()
            there.worker.start()
            await meeting.post(meeting.people[0])
            await meeting.post(meeting.people[1])
            await check(meeting)
    assert all(server.process.poll() is not None for server in there.web)


@pytest.mark.parametrize("worker", [False, True])
async def test_a_laptop_has_one_process_and_no_redis(worker):
    with deployment(web=1, database="sqlite", worker=worker) as there:
        assert (there.redis, there.postgres) == (None, None)
        async with evening(there.web[0], people=1) as meeting:
            await meeting.post(meeting.people[0])
            await check(meeting)
