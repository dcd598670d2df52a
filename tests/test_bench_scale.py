"""The table of figures can be measured: every row in its small form, whatever it says."""

import json

import pytest

from bench import crowd, fan_out, memory, reconnect, table
from bench.phones import CannotMeasure, compiled
from bench.row import Row
from bench.row import table as as_markdown


def test_the_fan_out_is_held_against_both_anchors():
    [row] = fan_out.rows(small=True)
    assert row.figures["ours_us_a_frame"] > 0 and row.figures["frame_bytes"] > 100
    assert row.met is not None and "of C" in row.reached


def test_halls_in_which_many_write_lose_nothing():
    for row in crowd.rows(small=True):
        assert row.figures["lost"] == row.figures["refused"] == 0
        assert row.figures["phone_p50_ms"] > 0 and row.figures["ack_p50_ms"] > 0
    assert row.figures["projector_p50_ms"] > 0


def test_a_phone_takes_memory():
    [row] = memory.rows(small=True)
    assert row.figures["kb_each"] > 0 and row.figures["bare_kb_each"] > 0


def test_phones_that_come_back_are_all_served_and_can_write_meanwhile():
    [row] = reconnect.rows(small=True)
    assert row.figures["back"] == row.figures["n"] and not row.figures["failed"]
    assert row.figures["acked"] == row.figures["posts"] > 0


def test_without_a_compiler_it_says_what_is_missing(monkeypatch):
    compiled.cache_clear()
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(CannotMeasure, match="no-such-compiler is not here"):
        compiled("load.c")


def test_a_row_that_cannot_be_measured_stops_no_other(tmp_path, monkeypatch):
    def cannot(small):
        raise CannotMeasure("nothing here")

    row = Row("a", "b", "c", "d", True, {"e_ms": 1.0})
    monkeypatch.setattr(fan_out, "rows", cannot)
    monkeypatch.setattr(memory, "rows", lambda small: [row])
    rows, failed = table.measured(["fan_out", "no_such_module", "memory"])
    assert rows == [row]
    assert failed["fan_out"] == "CannotMeasure: nothing here" and "no_such_module" in failed
    table.keep(tmp_path / "results" / "scale.json", rows, failed)
    kept = json.loads((tmp_path / "results" / "scale.json").read_text())
    assert kept["rows"][0]["figures"] == {"e_ms": 1.0} and kept["commit"] and kept["versions"]
    assert as_markdown(rows).splitlines()[-1] == "| a | b | c | d | yes |"
