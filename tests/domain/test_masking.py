"""What is masked is read by nobody but those who moderate, and every place stays where it was."""

from hypothesis import given
from hypothesis import strategies as st

from dialog.domain import receipts
from dialog.domain.findings import find, terms
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, ChangedSince, Malformed, UnknownContribution
from dialog.text import masks
from tests.domain.meeting import ada, bo, fay, group, meeting, mia, pia

NAME = "Anders Svensson"


def masked(text=f"{NAME} lowers the wages", *spans, **more):
    evening = meeting("write", **more)
    evening.post(ada, text)
    evening.do(mia, c.MaskContribution(1, list(spans) or [(0, len(NAME))]))
    return evening


def test_people_read_that_something_is_masked_and_moderators_what():
    evening = masked(moderation="hold-all")
    (slip,) = evening.view("console")["queue"].slips
    assert slip.text == "[maskerat] lowers the wages"
    assert slip.original == f"{NAME} lowers the wages"
    evening.do(mia, c.ReleaseContributions([1]))
    wall = evening.view("projector")["wall/school"]
    assert [quote.text for quote in wall.latest] == ["[maskerat] lowers the wages"]


def test_its_author_reads_that_it_is_masked():
    evening = masked()
    (own,) = evening.own(ada).contributions
    assert own.masked and own.text == "[maskerat] lowers the wages"
    assert receipts.received(evening.session, 1).text == "[maskerat] lowers the wages"
    evening.do(mia, c.MaskContribution(1, []))
    (own,) = evening.own(ada).contributions
    assert not own.masked and own.text == f"{NAME} lowers the wages"


def test_a_group_is_not_called_by_what_is_masked():
    evening = masked()
    evening.post(bo, "Wages are low")
    name, wages = c.Span(1, 0, len(NAME)), c.Span(1, 27, 32)
    evening.suggest(group(0, [1, 2], [name], [wages]))
    it = evening.view("projector")["group/1"]
    assert (it.title, it.terms) == ("Wages", ["wages"])
    evening.do(mia, c.MaskContribution(1, []))
    assert evening.view("projector")["group/1"].title == f"{NAME} · wages"


def test_a_locked_name_loses_what_is_masked_afterwards():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.post(bo, "Wages are low")
    evening.suggest(group(0, [1, 2], [c.Span(1, 0, len(NAME))]))
    evening.do(fay, c.LockGroup(1, True, False, False))
    assert evening.view("projector")["group/1"].title == NAME
    evening.do(mia, c.MaskContribution(1, [(0, 3)]))
    assert "Anders" not in evening.view("projector")["group/1"].title
    assert evening.view("projector")["group/1"].title != ""


def test_a_group_without_terms_is_called_by_words_that_stand_together_unmasked():
    evening = masked(f"Yes {NAME} lowers the wages", (4, 4 + len(NAME)))
    evening.post(bo, "Wages are low")
    evening.suggest(group(0, [1, 2]))
    assert evening.view("projector")["group/1"].title == "Yes"
    evening.do(mia, c.MaskContribution(1, [(0, 4 + len(NAME))]))
    assert evening.view("projector")["group/1"].title == "Lowers the wages"
    evening.do(mia, c.MaskContribution(1, [(0, 36)]))
    assert evening.view("projector")["group/1"].title == ""


def test_the_reason_for_a_place_says_no_masked_word():
    evening = masked()
    evening.post(bo, "Wages are low")
    evening.suggest(group(0, [1, 2]))
    assert evening.view("board")["contribution/1"].shared == []
    evening.do(mia, c.MaskContribution(1, []))
    assert evening.view("board")["contribution/1"].shared == ["A"]


def test_what_becomes_alike_by_masking_is_folded_and_comes_apart_again():
    evening = meeting("write")
    evening.post(ada, "Ask Anders about wages")
    evening.post(bo, "Ask Britta about wages")
    wall = lambda: [  # noqa: E731
        (it.contribution, it.times) for it in evening.view("projector")["wall/school"].latest
    ]
    assert wall() == [(2, 1), (1, 1)]
    for number in (1, 2):
        evening.do(mia, c.MaskContribution(number, [(4, 10)]))
    assert wall() == [(1, 2)]
    evening.do(mia, c.MaskContribution(1, []))
    assert wall() == [(2, 1), (1, 1)]


def test_findings_count_and_quote_no_masked_word():
    evening = masked()
    (told,) = find(evening.dialogue).contributions.values()
    assert told.text == "[maskerat] lowers the wages"
    words = terms.stems(evening.session.contributions[1]).values()
    assert sorted(words) == ["lowers", "wages"]


def test_translations_go_with_what_they_tell_and_come_back_with_it():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} laskee palkkoja"))
    evening.do(mia, c.MaskContribution(1, [(0, len(NAME))]))
    assert evening.session.contributions[1].translations == {}
    evening.do(pia, c.TranslateContribution(1, "fi", "[maskerat] laskee palkkoja"))
    evening.do(mia, c.MaskContribution(1, [(0, 6)]))
    assert list(evening.session.contributions[1].translations) == ["fi"]


def test_undoing_a_mask_brings_its_translations_back():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} laskee palkkoja"))
    seq = evening.seq + 1
    evening.do(mia, c.MaskContribution(1, [(0, len(NAME))]))
    evening.do(fay, c.Undo(seq))
    it = evening.session.contributions[1]
    assert it.words == f"{NAME} lowers the wages"
    assert it.translations["fi"].text == f"{NAME} laskee palkkoja"


def test_a_translation_that_was_taken_away_stays_away_when_its_words_were_masked_since():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} laskee palkkoja"))
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} alentaa palkkoja"))
    replaced = evening.seq
    evening.do(pia, c.TranslateContribution(1, "fi", ""))
    evening.do(mia, c.MaskContribution(1, [(0, len(NAME))]))
    for seq in (replaced + 1, replaced):
        assert evening.refusal(pia, c.Undo(seq)) == ChangedSince()
    assert evening.session.contributions[1].translations == {}
    evening.do(mia, c.MaskContribution(1, []))
    for seq in (replaced + 1, replaced):
        evening.do(pia, c.Undo(seq))
    back = evening.session.contributions[1].translations["fi"]
    assert back.text == f"{NAME} laskee palkkoja"


def test_a_mask_does_not_come_back_beside_a_translation_that_was_made_without_it():
    evening = masked()
    evening.do(mia, c.MaskContribution(1, []))
    unmasked = evening.seq
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} laskee palkkoja"))
    assert evening.refusal(mia, c.Undo(unmasked)) == ChangedSince()
    evening.do(pia, c.TranslateContribution(1, "fi", ""))
    evening.do(mia, c.Undo(unmasked))
    assert evening.session.contributions[1].words == "[maskerat] lowers the wages"


def test_a_mask_that_took_a_translation_away_is_undone_and_done_again_and_undone():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.do(pia, c.TranslateContribution(1, "fi", f"{NAME} laskee palkkoja"))
    evening.do(mia, c.MaskContribution(1, [(0, len(NAME))]))
    for there in (True, False, True):
        evening.do(fay, c.Undo(evening.view("console")["changes"].changes[0].seq))
        it = evening.session.contributions[1]
        assert (it.masks == [], "fi" in it.translations) == (there, there)


def test_a_translation_is_refused_as_any_other_text_and_empty_it_goes():
    evening = masked()
    assert evening.do(pia, c.TranslateContribution(1, "fi", "Palkat", by="interpreter"))
    assert evening.refusal(pia, c.TranslateContribution(1, "fi", "Palkat", "interpreter")) == (
        AlreadyDone()
    )
    assert evening.refusal(pia, c.TranslateContribution(1, "", "Palkat")) != AlreadyDone()
    assert evening.refusal(pia, c.TranslateContribution(1, "fi", "x" * 501))
    evening.do(pia, c.TranslateContribution(1, "fi", " "))
    assert evening.session.contributions[1].translations == {}
    assert evening.refusal(pia, c.TranslateContribution(1, "fi", "")) == AlreadyDone()


def test_masks_are_whole_letters_apart_and_in_order():
    evening = meeting("write")
    evening.post(ada, "Amq\u0301lie and Bo")
    happened = evening.do(mia, c.MaskContribution(1, [(12, 13), (0, 3), (2, 5), (13, 14)]))
    assert happened == [e.ContributionMasked(1, [(0, 5), (12, 14)])]
    assert evening.session.contributions[1].words == "[maskerat]ie and [maskerat]"
    evening.do(mia, c.MaskContribution(1, [(0, 3)]))
    assert evening.session.contributions[1].words == "[maskerat]lie and Bo"


def test_what_cannot_be_masked():
    evening = masked()
    assert evening.refusal(mia, c.MaskContribution(1, [(0, 15)])) == AlreadyDone()
    assert evening.refusal(mia, c.MaskContribution(9, [(0, 1)])) == UnknownContribution()
    for span in [(3, 3), (3, 2), (0, 999)]:
        assert isinstance(evening.refusal(mia, c.MaskContribution(1, [span])), Malformed)


def test_what_is_hidden_is_masked_before_it_is_shown_again():
    evening = meeting("write")
    evening.post(ada, f"{NAME} lowers the wages")
    evening.do(fay, c.HideContribution(1, "personal-data"))
    evening.do(mia, c.MaskContribution(1, [(0, 15)]))
    evening.do(mia, c.RestoreContribution(1))
    assert evening.session.contributions[1].words == "[maskerat] lowers the wages"


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda it: (it[0], sum(it))))


@given(st.text(min_size=50), spans)
def test_what_is_masked_is_gone_and_all_else_stands_where_it_stood(text, spans):
    tidy = masks.tidy(text, spans)
    covered = {n for start, end in tidy for n in range(start, end)}
    assert covered >= {n for start, end in spans for n in range(start, end)}
    kept = masks.in_place(text, tidy)
    assert len(kept) == len(text)
    for n, char in enumerate(text):
        assert kept[n] == (masks.BLOCK if n in covered else char)
    rest = [char for n, char in enumerate(text) if n not in covered]
    assert masks.shown(text, tidy).replace(masks.MASKED, "") == "".join(rest).replace(
        masks.MASKED, ""
    )
    assert masks.tidy(text, tidy) == tidy
