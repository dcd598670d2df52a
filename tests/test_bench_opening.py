"""How long a dialogue takes to open can be measured: small, whatever it says."""

import pytest

from bench import a_year, opening
from dialog.domain import rules


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_dialogue_opens_from_what_was_kept_and_from_its_log(database):
    [row] = opening.rows(small=True, only=[database])
    its = row.figures
    assert its["events"] >= opening.SMALL and its["tail_events"] > 100
    assert min(its["kept_s"], its["whole_s"], its["tail_s"], its["kept_mb"]) > 0
    assert "folding its whole log" in row.anchor and row.met is not None


def test_a_year_is_the_same_whoever_makes_it():
    log = a_year.log_of(700)
    assert log == a_year.log_of(700)
    dialogue = rules.folded(a_year.MATTER, log)
    kinds = {type(entry.event).__name__ for entry in log}
    assert len(dialogue.contributions) > 10
    assert {"ContributionPosted", "PerspectiveChosen", "StepOpened"} <= kinds
