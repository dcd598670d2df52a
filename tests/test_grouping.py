"""The worker: what it answers to people's wishes about groups."""

from dialog.grouping import grouped_anew, successors_of
from dialog.protocol import commands as c
from tests.domain.meeting import ada, fay, machine, meeting

WORDS = """
Cykelväg till skolan|Trygg cykelväg till skolan|Bredare cykelväg vid skolan|Cykelväg längs ån
Fler bussar på kvällen|Bussar även på kvällen och helgen|Fler bussar till tåget
"""


def posts(evening, *kinds):
    for number, text in enumerate(WORDS.replace("\n", "|").strip("|").split("|")):
        evening.post(ada, text, kind=kinds[number % len(kinds)], area="school")
    return evening.session.in_area("school")


def test_a_request_to_group_anew_is_answered_with_the_whole_area_and_applied_on_a_persons_word():
    evening = meeting("anything")
    written = posts(evening, "keyword")
    evening.do(fay, c.AskRegrouping("school", 2))
    groups = grouped_anew(written, 2, False)
    assert 1 <= len(groups) <= 2
    run = c.GroupingRun(evening.seq, "model", {}, 0)
    evening.do(machine, c.ProposeRegrouping("school", evening.seq, run, groups))
    evening.do(fay, c.ApplyRegrouping("school", evening.seq))
    assert len(evening.session.groups) == len(groups)


def test_kinds_are_grouped_apart_when_asked_for():
    evening = meeting("anything")
    for group in grouped_anew(posts(evening, "keyword", "question"), None, True):
        kinds = {evening.session.contributions[it.contribution].posted.kind for it in group.joined}
        assert kinds == {group.kind}


def test_a_new_group_is_the_successor_of_the_one_that_most_of_it_came_from():
    assert successors_of([[1, 1, 2], [2, None], [1], [None]]) == [1, 2, 0, 0]
