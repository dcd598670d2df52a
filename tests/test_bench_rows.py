"""The measuring of the table's rows works: in their smallest form, for what they say and not for
how quick this machine is."""

import importlib
import inspect
import json

import pytest

from bench import dead_bus, durable, paper, stopped_readers, table
from bench.row import Row

PAPER = {
    "machine": "a machine",
    "commit": "abc",
    "rows": [
        {
            "what": "deliveries per server CPU-second",
            "figures": {"writing_us_a_frame": 9.0, "frame_bytes": 420, "a_post_itself_us": 1100},
        },
        {
            "what": "two web processes against one",
            "figures": {
                **{"spread_web_cpu_s": 5.0, "one_web_cpu_s": 3.5, "one_database_cpu_s": 0.7},
                "posts": 2400,
            },
        },
        {
            "what": "memory per connected phone",
            "figures": {"join_cpu_ms_each": 1.6, "kb_each": 33},
        },
        {"what": "first load of the phone page", "figures": {"bytes": 27300}},
        {
            "what": "durable posts, PostgreSQL, fsync on",
            "figures": {
                **{"rows_per_post": 4.0, "database_bytes_per_post": 900, "per_second": 5000},
            },
        },
    ],
}


def test_durable_posts_are_written_and_counted_on_both_databases():
    sqlite, postgres = durable.rows(small=True)
    for row in (sqlite, postgres):
        assert row.figures["rows_per_post"] >= 4  # the event, the words, the author, the receipt
        assert row.figures["of_anchor"] > 0
        assert row.met == (row.figures["per_second"] >= durable.TO_REACH)


def test_a_post_comes_to_another_process_without_redis():
    for row in dead_bus.rows(small=True):
        assert 0 < row.figures["up_p50_ms"] <= row.figures["max_ms"]


@pytest.mark.parametrize("name", table.MODULES)
def test_every_module_of_the_table_has_rows_and_a_small_form(name):
    """The small forms of all of them: `python -m bench.table --small`."""
    rows = importlib.import_module(f"bench.{name}").rows
    assert next(iter(inspect.signature(rows).parameters)) == "small"


# ── on paper ──────────────────────────────────────────────────────────────────────────────────


def test_the_document_has_what_the_command_prints():
    text = paper.DOCUMENT.read_text()
    stated = text.partition(paper.BEGINS)[2].partition(paper.ENDS)[0].strip()
    assert stated == paper.printed(), "python -m bench.paper --write"


def test_a_county_fits_and_a_million_phones_in_one_session_do_not():
    cost = paper.costs(PAPER)
    county, country, broadcast = (
        paper.need(evening, cost, paper.Prices()) for evening in paper.EVENINGS
    )
    assert county.processes == 2  # so that one can be restarted
    assert county.posts_s == pytest.approx(13 * 150 / 60)
    assert country.cores == pytest.approx((country.frames_s * 9 + country.posts_s * 1100) / 1e6)
    assert [paper.fits(it, cost) for it in (county, country)] == ["yes", "yes"]
    assert paper.fits(broadcast, cost).startswith("no")
    one_log = cost._replace(posts_a_second=3000)
    assert "one log" in paper.fits(broadcast, one_log)


def test_a_tick_makes_one_frame_of_many_posts():
    assert paper.frames_each(150, 2.5) == 2.5
    assert paper.frames_each(150, 50) == pytest.approx(20)
    assert paper.frames_each(1_000_000, 3000) == pytest.approx(1 / 0.3)


def test_figures_are_given_with_two_digits_that_count(tmp_path):
    assert [paper.n(it) for it in (0, 5, 0.0234, 1.26, 34.4, 123456.0)] == [
        *("0", "5", "0.023", "1.3", "34"),
        "120,000",
    ]
    file = tmp_path / "scale.json"
    assert paper.printed(file) == paper.NOT_YET
    file.write_text(json.dumps(PAPER))
    assert paper.printed(file).count("\n| ") == 24
    assert "abc" in paper.printed(file)


def test_rows_say_what_they_are_held_against():
    row = stopped_readers.row_of(
        stopped_readers.Cost(151.0, None, [5.0, 6.0], [7.0, 9.0], 60.0),
        stopped_readers.Cost(5.0, 13.0, [5.0, 6.0], [7.0, 9.0], 30.0),
    )
    assert isinstance(row, Row) and row.met
    assert "151.0 MB, not gone" in row.anchor and "5.0 MB, gone after 13.0 s" in row.reached
    assert "anchor_gone_s" not in row.figures
