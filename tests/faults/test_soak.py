"""Whether anything heaps up: the long evening of bench/soak.py, and what it takes for flat."""

from bench import soak


async def test_an_evening_that_goes_on_and_on_leaves_nothing_behind(length, note, tmp_path):
    found = await soak.soak(tmp_path / "data", length(0.2, 0.7), length(30, 60))
    told = ("acknowledged", "lost", "doubled", "log", "left", "newcomers")
    figures = {name: found[name] for name in told} | found["figures"]
    note("soak", "an evening that goes on and on", **figures)
    assert found["flat"], found["not_flat"]
    assert found["left"] and found["acknowledged"]


def sample(minute: int, **more: float) -> soak.Sample:
    """A server that has not grown, and whose log has."""
    flat: dict[str, float] = {
        "seconds": 60 * minute,
        "memory": 100 * soak.MEGABYTE,
        "files": 50,
        "threads": 8,
        "connections": 40,
        "delay_ms": 2,
        "disk": 1000,
        "events": 1000 + 100 * min(minute, 50),
    }
    return soak.Sample(**flat | more)  # type: ignore[arg-type]


def wrong(**more: object) -> list[str]:
    made = (
        sample(n, **{name: it(n) for name, it in more.items()})  # type: ignore[operator]
        for n in range(60)
    )
    return soak.verdict(list(made))[1]


def test_what_is_flat_and_what_is_not():
    mega = soak.MEGABYTE
    assert wrong() == []
    assert wrong(memory=lambda n: 100 * mega + n * 5 * 100 * soak.KILOBYTE) == []
    assert wrong(memory=lambda n: (100 + 3 * min(n, 50)) * mega) == ["memory grows"]
    assert wrong(memory=lambda n: (100 + 4 * max(0, n - 50)) * mega) == [
        "memory grows though nobody writes"
    ]
    assert wrong(files=lambda n: 50 + n) == ["files are left open"]
    assert wrong(threads=lambda n: 8 + n // 5) == ["threads are left behind"]
    assert wrong(delay_ms=lambda n: 2 + 20 * max(0, n - 30)) == ["it answers more slowly"]
