"""What stands in each document, and that every number in it leads back to contributions."""

from collections import Counter
from functools import cache
from itertools import pairwise

import msgspec
import pytest

from dialog.domain import rules
from dialog.domain.findings import find
from dialog.domain.findings.model import MatrixCell
from dialog.domain.findings.versions import difference
from dialog.locales import own_words
from dialog.protocol import work_events as we
from dialog.protocol import work_records as r
from dialog.protocol.agenda import LANGUAGES
from dialog.protocol.work_commands import Disposition
from dialog.reports import documents
from dialog.reports.model import Bullets, Document, Heading, Paragraph, Quote
from dialog.reports.wording import COLOURS
from tests.domain.findings.matters import Matter
from tests.reports import material, reading

BOARD_WORKSHOP = "2019-02-21-extra-ks"
INTERNAL = [kind for kind in documents.KINDS if documents.edition(kind) == "internal"]
WITH_ALL_CONTRIBUTIONS = [kind for kind, its in documents.KINDS.items() if its.whole]
NOT_STATISTICS = "Resultatet är inte statistiskt representativt."
ONLY_IF_WRITTEN = {("summary", "proposal"), ("board", "basis"), ("council", "basis")}
FIELDS = [
    tuple(key.split(".")[2:])
    for key in own_words("sv", "documents")
    if key.startswith("doc.field.")
]


@cache
def document(kind: str, session: str = "2019-04-01-medborgardialog", lang: str = "sv") -> Document:
    found = material.findings(session, documents.edition(kind))
    return documents.build(kind, found, material.definition(), lang=lang)


def test_the_summary_of_a_board_meeting_follows_its_template():
    assert reading.headings(document("summary", BOARD_WORKSHOP)) == [
        "1 Sammanfattning",
        "2 Uppdrag och syfte",
        "3 Så genomfördes dialogen",
        "4 Dialog om fullmäktigemål",
        "5 Resultat per målområde",
        "6 Sådant som berör flera områden",
        "7 Enstaka röster att inte tappa bort",
        "8 Täckning mot Agenda 2030",
        "9 Ramar som framkommit",
        "10 Fortsatt process",
        "11 Metod: insamling, gruppering och mänsklig granskning",
        "12 Beslutsunderlag",
        "13 Expedieras till",
    ]
    assert document("summary", BOARD_WORKSHOP).sources_title == "Bilaga 1. Samtliga bidrag"
    closing = document("summary", BOARD_WORKSHOP).closing[0]
    assert closing == Heading("Bilaga 2. Ändringslogg från gruppering till summering")


def test_the_summary_of_a_citizen_dialogue_has_the_target_groups_as_well():
    assert [it.split(" ", 1)[1] for it in reading.headings(document("summary"))] == [
        "Sammanfattning",
        "Uppdrag och syfte",
        "Så genomfördes dialogen",
        "Deltagare och målgrupper",
        "Representativitet och begränsningar",
        "Resultat per målområde",
        "Innebörd för olika målgrupper",
        "Där målgrupperna är eniga – och där de skiljer sig",
        "Sådant som berör flera områden",
        "Enstaka röster att inte tappa bort",
        "Täckning mot Agenda 2030",
        "Fortsatt process",
        "Metod: insamling, gruppering och mänsklig granskning",
        "Återkoppling till deltagarna",
        "Beslutsunderlag",
        "Expedieras till",
    ]


def test_goal_areas_come_in_the_decided_order():
    assert [it for it in reading.headings(document("summary"), 2) if "Målområde" in it] == [
        "6.1 Målområde 1: Hållbar tillväxt och samhällsplanering",
        "6.2 Målområde 2: Utbildning, arbete och näringsliv",
        "6.3 Målområde 3: Kunskap, hälsa och fritid",
        "6.4 Målområde 4: Delaktighet, tillgänglighet och trygghet",
    ]


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_document_says_its_record_number_date_version_and_for_whom(kind):
    facts = {it.label: it.value for it in document(kind).facts}
    assert facts["Diarienummer"] == "KS 2019/017"
    assert facts["Datum"] == "2019-04-01"
    assert facts["Version"] == "Version 1 (fastställd)"
    assert facts["Till"]
    assert not document(kind).draft
    assert document(kind).labels["footer"] == "KS 2019/017 · Version 1 (fastställd)"


@pytest.mark.parametrize("kind", documents.KINDS)
def test_what_is_not_frozen_says_that_it_is_a_draft(kind):
    found = material.findings(edition=documents.edition(kind), frozen=False)
    it = documents.build(kind, found, material.definition())
    assert it.draft and it.draft_mark == "Arbetsmaterial – inte fastställt"
    assert {"Version": it.draft_mark}.items() <= {f.label: f.value for f in it.facts}.items()


def test_a_rehearsal_says_that_its_content_is_invented():
    found = msgspec.structs.replace(material.findings(frozen=False), rehearsal=True)
    it = documents.build("summary", found, material.definition())
    assert it.draft_mark.startswith("ÖVNING. Innehållet är påhittat.")


@pytest.mark.parametrize("kind", documents.KINDS)
def test_no_document_passes_for_statistics_or_hides_its_method(kind):
    text = "\n".join(reading.words(document(kind)))
    assert NOT_STATISTICS in text
    assert "dolts av moderatorn" in text
    assert "En dator har föreslagit" in text


@pytest.mark.parametrize("kind", documents.KINDS)
def test_every_citation_leads_to_a_source(kind):
    it = document(kind)
    assert reading.cited(it) <= {source.number for source in it.sources}
    assert len({source.number for source in it.sources}) == len(it.sources)


@pytest.mark.parametrize("kind", documents.KINDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_left_unsaid_or_unfilled(kind, lang):
    known = [it.text for it in material.contributions("", "internal")]
    for text in reading.words(document(kind, lang=lang)):
        if text not in known:
            assert "doc." not in text and "{" not in text, text


@pytest.mark.parametrize("kind", documents.KINDS)
@pytest.mark.parametrize("session", [BOARD_WORKSHOP, "2019-04-01-medborgardialog"])
def test_no_level_of_heading_is_skipped(kind, session):
    levels = [it.level for it in document(kind, session).blocks if isinstance(it, Heading)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


# ── texts that only people can write ──────────────────────────────────────────────────────────


def form(kind: str, field: str) -> str:
    """A session whose summary has the field."""
    return (
        BOARD_WORKSHOP if field in ("agreement", "other_frames") else "2019-04-01-medborgardialog"
    )


@pytest.mark.parametrize("kind, field", FIELDS)
def test_a_text_that_nobody_has_written_is_named_and_not_made_up(kind, field):
    lang = "sv-easy" if field == "easy" else "sv"
    label = own_words(lang, "documents")[f"doc.field.{kind}.{field}"]
    named = label in reading.missing(document(kind, form(kind, field), lang))
    assert named is ((kind, field) not in ONLY_IF_WRITTEN)


@pytest.mark.parametrize("kind, field", FIELDS)
def test_a_text_that_somebody_has_written_flows_in_instead(kind, field):
    session = form(kind, field)
    found = material.findings(session, documents.edition(kind))
    found.texts = [r.WrittenText(kind, field, "", "Stycke ett.\n\nStycke två.")]
    lang = "sv-easy" if field == "easy" else "sv"
    it = documents.build(kind, found, material.definition(), lang=lang)
    paragraphs = [
        "".join(run.text for run in b.runs) for b in it.blocks if isinstance(b, Paragraph)
    ]
    said = set(reading.words(it)) if field == "basis" else set(paragraphs)  # that is a list
    assert {"Stycke ett.", "Stycke två."} <= said
    label = own_words(lang, "documents")[f"doc.field.{kind}.{field}"]
    assert label not in reading.missing(it)


def test_a_summary_has_the_text_of_its_own_session_before_that_of_all():
    found = material.findings()
    session = found.sessions[0].session
    found.texts = [
        r.WrittenText("summary", "summary", "", "För alla."),
        r.WrittenText("summary", "summary", session, "För kvällen."),
    ]
    text = reading.words(documents.build("summary", found, material.definition()))
    assert "För kvällen." in text and "För alla." not in text


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


def test_all_seventeen_goals_and_all_target_groups_are_there_zeros_too():
    coverage = reading.tables(document("summary"), "De 17 globala målen")[0]
    assert [int(row[0].text.split()[0]) for row in coverage.rows] == list(range(1, 18))
    matrix = reading.tables(document("ksau"), "Teman och målgrupper")[0]
    residents = [it.name["sv"] for it in material.definition().target_groups if it.resident]
    assert matrix.columns[1:-2] == residents
    assert {cell.text for row in matrix.rows for cell in row[1:]} > {"0"}


def test_gaps_are_written_out():
    text = "\n".join(reading.words(document("summary")))
    assert "Hör inte till något målområde: 1 Ingen fattigdom, 2 Ingen hunger" in text
    assert "Det är noterat att målen 14 och 17 saknar koppling." in text


@pytest.mark.parametrize("kind", documents.KINDS)
def test_what_is_hidden_is_counted_and_never_read(kind):
    hidden = [it for it in material.contributions("", "internal") if it.standing == "hidden"]
    text = "\n".join(reading.words(document(kind)))
    assert hidden and not [it.text for it in hidden if it.text in text]
    if kind in WITH_ALL_CONTRIBUTIONS:
        source = next(s for s in document(kind).sources if s.number == hidden[0].contribution)
        assert source.text == "(Texten visas inte. Bidraget är dolt.) Skäl: Hot."


def test_the_process_says_who_does_what_and_when():
    steps = reading.tables(document("summary"), "Steg som återstår")[0]
    assert [cell.text for cell in steps.rows[0]] == [
        "Första utkast till målformuleringar",
        "Kommunstyrelsens arbetsutskott",
        "2019-04-10",
    ]


def test_the_decision_basis_and_the_dispatch_are_those_recorded():
    text = "\n".join(reading.words(document("summary")))
    assert "Kommunstyrelsen 2019-02-06: Tidsplan och process beslutas (§ 45)" in text
    sent = "2019-04-01 20.00: version 1 skickad till Kommunledningskontoret och Kommunstyrelsen."
    assert f"{sent} Med e-post." in text


def test_the_working_committee_gets_an_empty_sheet_where_nobody_has_drafted():
    it = document("ksau")
    assert len(reading.tables(it, "Blankett för utkast")) == 2  # areas 3 and 4 have no draft
    assert len(reading.tables(it, "Ramarna")) == 4
    empty = reading.tables(it, "Ramarna, att besvara")[0]
    assert [row[0].text for row in empty.rows] == [f.id for f in material.definition().frames]


def test_quotes_of_a_topic_are_dealt_by_target_group():
    quotes = [it for it in document("ksau").blocks if isinstance(it, Quote)]
    assert quotes and all(it.by for it in quotes)


def test_the_programme_has_all_that_no_goal_took_up():
    it = document("programme")
    left = {
        c.contribution
        for c in material.contributions("", "internal")
        if c.standing == "visible" and (c.disposition is None or c.disposition.kind == "programme")
    }
    assert left <= reading.cited(it)


def test_hand_over_lists_have_each_contribution_under_its_recipient():
    rows = reading.tables(document("handover"), "Bidrag till Tekniska kontoret")[0].rows
    expected = [
        str(it.contribution)
        for it in material.contributions("", "internal")
        if it.disposition == Disposition("handover", recipient="tk")
    ]
    assert [row[0].text for row in rows] == expected


def test_the_change_log_names_the_role_the_time_and_the_reason():
    log = reading.tables(document("summary"), "Ändringar")[0]
    assert [cell.text for cell in log.rows[1]][:2] == ["2019-04-01 20.00", "Presidiet"]
    assert log.rows[1][3].text == "Tydligare så."


def test_the_log_of_a_summary_tells_what_was_done_with_contributions_and_nothing_else():
    found = material.findings()
    entered = r.WorkChange(403, "stage_entered", {"stage": "compile"}, 0, "presidium")
    found.changes.append(entered)
    words = {
        kind: [
            row[2].text
            for row in reading.tables(
                documents.build(kind, found, material.definition()), "Ändringar"
            )[0].rows
        ]
        for kind in ("summary", "ksau")
    }
    assert words["summary"] == ["Gjorde temat ”Bussar”", "Temat ”Bussar” heter nu ”Bussar och tåg”"]
    assert len(words["ksau"]) == 3


@pytest.mark.parametrize("kind", [kind for kind in documents.KINDS if kind != "archive"])
def test_only_the_archive_tells_of_the_machines_settings_and_the_logs_numbers(kind):
    text = "\n".join(reading.words(document(kind)))
    assert "seed = 7" not in text
    assert not [fact for fact in document(kind).facts if "logg" in fact.value]
    assert "seed = 7" in "\n".join(reading.words(document("archive")))


def test_residents_are_not_given_the_list_of_contributions():
    it = document("feedback")
    assert it.sources == []
    quotes = [block for block in it.blocks if isinstance(block, Quote)]
    assert quotes and not any(quote.source for quote in quotes)


def test_a_column_that_may_show_nothing_is_left_out():
    found = material.findings(edition="public")
    for group in found.target_groups:
        group.contributions = None
    it = documents.build("council", found, material.definition())
    table = reading.tables(it, "Invånare efter målgrupp")[0]
    assert table.columns == ["Målgrupp", "Planerat", "Personer"]


def test_an_undone_change_says_so():
    found = material.findings()
    found.changes[1].by_undo = True
    it = documents.build("summary", found, material.definition())
    assert reading.tables(it, "Ändringar")[0].rows[1][2].text.startswith("Ångrat: ")


# ── numbers ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", WITH_ALL_CONTRIBUTIONS)
def test_the_appendix_has_every_contribution(kind):
    found = material.findings()
    assert [it.number for it in document(kind).sources] == sorted(found.contributions)
    assert f"Antal bidrag: {found.numbers.received}" in "\n".join(reading.words(document(kind)))


@pytest.mark.parametrize("kind", ["summary", "ksau", "board"])
def test_a_theme_counts_the_contributions_that_it_cites(kind):
    rows = [
        row
        for table in reading.tables(document(kind))
        if "Bygger på bidrag" in table.columns
        for row in table.rows
    ]
    assert rows and all(
        row[2].text == str(len(row[-1].sources))
        for row in rows
        if row[0].text[0] in "FNT" and row[0].text[1].isdigit()
    )


def test_sums_can_be_worked_out_from_the_appendix():
    it = document("ksau")
    in_appendix = Counter(
        next(
            part
            for part in source.about.split(" · ")
            if part in words or part.split(":")[0] in words
        ).split(":")[0]
        for words in [set(dispositions())]
        for source in it.sources
    )
    shown = {row[0].text: int(row[1].text) for row in reading.tables(it, "Vad som händer")[0].rows}
    assert shown.pop("Summa") == len(it.sources)
    assert {name: n for name, n in shown.items() if n} == dict(in_appendix)


def dispositions() -> list[str]:
    words = own_words("sv", "documents")
    return [str(it) for key, it in words.items() if key.startswith("doc.disposition.")]


def test_kinds_can_be_counted_in_the_appendix():
    sources = document("summary").sources
    kinds = Counter(source.about.split(" · ")[1] for source in sources)
    line = f"Nyckelord {kinds['Nyckelord']}, Frågeställning {kinds['Frågeställning']}"
    assert f"Bidrag av varje typ: {line}, Innebörd {kinds['Innebörd']}" in reading.words(
        document("summary")
    )


# ── public documents ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["council", "feedback"])
def test_a_public_document_is_not_built_from_internal_findings(kind):
    with pytest.raises(ValueError, match="public"):
        documents.build(kind, material.findings(), material.definition())


@pytest.mark.parametrize("kind", ["council", "feedback"])
def test_a_public_document_tells_no_target_group_of_a_contribution(kind):
    it = document(kind)
    assert not [block.by for block in it.blocks if isinstance(block, Quote) and block.by]
    names = {g.name["sv"] for g in material.definition().target_groups}
    assert not [s.about for s in it.sources if names & set(s.about.split(" · "))]


def test_a_number_that_may_not_be_shown_is_not_a_zero():
    people = reading.tables(document("feedback"), "Invånare efter målgrupp")[0]
    assert {row[2].text for row in people.rows} == {"12", "visas inte"}
    assert "Färre än 5 personer visas inte uppdelat på målgrupp." in reading.words(
        document("feedback")
    )


def test_feedback_says_of_every_theme_what_became_of_it():
    it = document("feedback")
    areas = material.findings(edition="public").areas
    themes = [theme for area in areas for theme in area.themes]
    said = [text for text in reading.words(it) if text.startswith("Så används det: ")]
    assert len(said) == len(themes) + sum(bool(area.single) for area in areas)
    assert "Så används det: Det har lämnats över till Tekniska kontoret." in said


def test_feedback_follows_the_contributions_where_they_do_not_go_as_their_theme():
    found = material.findings(edition="public")
    theme = found.areas[0].themes[0]
    first, *rest = theme.sources
    for n in rest:
        found.contributions[n].disposition = Disposition("programme")
    found.contributions[first].disposition = None
    theme.disposition = None
    it = documents.build("feedback", found, material.definition())
    said = next(text for text in reading.words(it) if text.startswith("Så används det: "))
    assert said == (
        f"Så används det: {len(rest)} bidrag: Det används i det strategiska utvecklingsprogrammet."
        " Ett bidrag: Det är inte avgjort ännu."
    )


def test_feedback_is_there_in_easy_swedish_and_in_english():
    easy, english = document("feedback", lang="sv-easy"), document("feedback", lang="en")
    assert (easy.title, easy.lang) == ("Det här sa ni. Så använder vi det.", "sv")
    assert (english.title, english.lang) == ("What you said – and how it is used", "en")
    own = own_words("sv-easy", "documents")
    shared = [key for key in own_words("sv", "documents") if key.startswith("doc.feedback.")]
    assert [key for key in shared if key not in own and key != "doc.feedback.promise"] == []


# ── nobody drowns ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["summary", "board", "ksau", "council", "programme", "feedback"])
def test_single_voices_are_there_word_for_word(kind):
    found = material.findings(edition=documents.edition(kind))
    if kind == "programme":
        for it in found.contributions.values():
            it.disposition = Disposition("programme")
    it = documents.build(kind, found, material.definition())
    alone = {found.contributions[n].text for area in found.areas for n in area.single}
    lists = [block for block in it.blocks if isinstance(block, Bullets)]
    listed = {words[0].text for block in lists for words in block.items}
    assert alone and alone <= listed


def test_voices_are_of_different_target_groups_before_one_is_heard_twice():
    found = material.findings()
    area = found.areas[0]
    loud, quiet = [n for n in area.themes[0].sources + area.themes[1].sources][:2]
    for theme in area.themes:
        for n in theme.sources:
            found.contributions[n].target_group = "youth"
    found.contributions[quiet].target_group = "seniors"
    area.themes[0].typical, area.themes[1].typical = [loud], [loud]
    for theme in area.themes[2:]:
        theme.typical = theme.sources[:1]
    area.themes[-1].typical.append(quiet)
    it = documents.build("summary", found, material.definition())
    lists = [block for block in it.blocks if isinstance(block, Bullets) and block.sources]
    voices = next(its.sources for its in lists if [loud] in its.sources)
    assert [quiet] in voices[:2]


@pytest.mark.parametrize("kind", ["ksau", "remiss", "council"])
def test_more_goals_than_was_meant_are_remarked_on(kind):
    found = material.findings(edition=documents.edition(kind))
    definition = msgspec.structs.replace(material.definition(), most_goals=2)
    remark = "Målen är 2. Enligt ramarna ska målen vara få och styrande; som riktmärke gäller"
    assert remark not in "\n".join(reading.words(documents.build(kind, found, definition)))
    definition = msgspec.structs.replace(definition, most_goals=1)
    assert f"{remark} högst 1." in reading.words(documents.build(kind, found, definition))


def test_goals_of_committees_are_counted_under_each_overall_goal():
    found = material.findings()
    found.goals[0].directives.append(r.Directive(2, "bun", "Planera för skolvägar."))
    it = documents.build("programme", found, material.definition())
    [table] = reading.tables(it, "mål under varje övergripande mål")
    assert [[row[n].text for n in (0, 2, 3, 4)] for row in table.rows] == [
        ["M1.1", "1", "Barn- och utbildningsnämnden", "Tekniska kontoret"],
        ["M2.1", "0", "–", "–"],
    ]


@pytest.mark.parametrize("kind", ["board", "council"])
def test_a_decision_that_has_been_taken_is_recorded_with_its_paragraph(kind):
    found = material.findings(edition=documents.edition(kind))
    said = "Kommunfullmäktige 2019-06-24 § 112: Målen antas."
    found.texts = [r.WrittenText(kind, "decision", "", said)]
    it = documents.build(kind, found, material.definition())
    assert [fact.value for fact in it.facts if fact.label == "Paragraf"] == ["§ 112"]
    assert said in reading.words(it) and "Fattat beslut" not in reading.missing(it)


def test_feedback_says_from_which_target_groups_where_that_may_be_told():
    found = material.findings(edition="public")
    theme = next(row for row in found.matrix.rows if row.of == "theme")
    theme.cells = {"youth": MatrixCell(7, 9), "seniors": MatrixCell(5, 5)}
    for row in found.matrix.rows:
        if row is not theme:
            row.cells = {}
    it = documents.build("feedback", found, material.definition())
    said = [text for text in reading.words(it) if text.startswith("Personer från varje målgrupp")]
    assert said == ["Personer från varje målgrupp: Unga / gymnasieelever 7, Seniorer 5"]


@pytest.mark.parametrize("kind", ["board", "remiss", "council"])
def test_who_leads_and_who_decides_is_said(kind):
    words = "\n".join(reading.words(document(kind)))
    assert "Kommunstyrelsen leder och samordnar arbetet" in words
    assert "Kommunfullmäktige beslutar om målen." in words


@pytest.mark.parametrize("kind", ["summary", "board", "ksau", "council"])
def test_global_goals_have_number_name_and_colour(kind):
    table = reading.tables(document(kind), "globala mål")[-1]
    assert [row[0].bar for row in table.rows] == list(COLOURS)
    assert [row[0].text.split(" ", 1)[0] for row in table.rows] == [str(n) for n in range(1, 18)]
    assert all(len(row[0].text.split(" ", 1)[1]) > 8 for row in table.rows)


@pytest.mark.parametrize("kind", ["summary", "board", "ksau", "remiss", "council"])
def test_how_long_goals_are_meant_to_last_is_said(kind):
    [said] = [it for it in reading.words(document(kind)) if it.startswith("Målens giltighet: ")]
    assert "mer än en mandatperiod" in said and "två mandatperioder" in said


@pytest.mark.parametrize("kind", ["board", "council"])
def test_other_documents_for_the_decision_stand_with_the_rest(kind):
    found = material.findings(edition=documents.edition(kind))
    text = "Tjänsteskrivelse 2019-02-25\n\nProtokoll 2019-02-06, § 45"
    found.texts = [r.WrittenText(kind, "basis", "", text)]
    it = documents.build(kind, found, material.definition())
    [basis] = [
        block.items
        for block in it.blocks
        if isinstance(block, Bullets)
        if ["Tjänsteskrivelse 2019-02-25"] in [[run.text for run in item] for item in block.items]
    ]
    assert ["".join(run.text for run in item) for item in basis][-1] == "Protokoll 2019-02-06, § 45"
    assert len(basis) > 2


# ── beside the version before ─────────────────────────────────────────────────────────────────

COMPARED = [kind for kind, its in documents.KINDS.items() if its.compared]


def frozen_matter() -> Matter:
    """Eight contributions in themes A, B, C and D, and version 1 of them."""
    it = Matter().session()
    for n in range(1, 9):
        it.post(n, f"Ord{chr(96 + n)}", target_group="young")
    for title, its in {"A": [1, 2, 3], "B": [4, 5], "C": [6], "D": [7]}.items():
        it.theme(title, its)
    it.add(we.DispositionSet([3], [], Disposition("programme")), "Till programmet")
    it.add(we.VersionFrozen(1, "summary", ["evening"], it.dialogue.seq, "0" * 64))
    return it


def compared(matter: Matter, kind: str, lang: str = "sv") -> Document:
    """The document as it is now, beside version 1."""
    frozen = matter.dialogue.work.versions[1]
    was = find(rules.folded("matter", matter.log[: frozen.upto]), version=frozen)
    now = matter.find()
    since = difference(was, now)
    return documents.build(kind, now, matter.dialogue.definition, lang=lang, since=since)


def rework(it: Matter) -> None:
    it.add(we.ThemeNamed(1), "Bättre")
    it.add(we.ReasonGiven(), "Ingen förstod det", op=False)
    it.add(we.ThemeMoved(1, "centre"))
    it.add(we.ContributionsThemed([6], 2))
    it.add(we.ThemeGone(3, into=2), op=False)
    it.add(we.ReasonGiven(), "Samma sak", op=False)
    it.add(we.ThemeCarried(2, "topic", "keyword"))
    it.add(we.ContributionsThemed([7], None))
    it.add(we.ThemeGone(4), op=False)
    it.theme("Ny", [8])
    it.add(we.DispositionSet([], [1, 2], Disposition("parked")), "Redan gjort")


def rows_of(it: Document, caption: str) -> list[list[str]]:
    [table] = reading.tables(it, caption)
    return [[cell.text.replace("\u00a0", " ") for cell in row] for row in table.rows]


def test_what_goes_to_the_board_and_its_committee_is_compared_with_the_version_before():
    assert COMPARED == ["summary", "board", "ksau"]


@pytest.mark.parametrize("kind", COMPARED)
def test_themes_stand_side_by_side_with_what_they_were_and_why(kind):
    matter = frozen_matter()
    rework(matter)
    it = compared(matter, kind)
    headings = [block.text for block in it.closing if isinstance(block, Heading)]
    assert headings[-1] == "Bilaga 3. Skillnad mot version 1"
    [table] = reading.tables(it, "Teman som har ändrats")
    assert table.columns == ["I version 1", "Nu", "Vad som har hänt", "Skäl"]
    rows = {row[0]: row[1:] for row in rows_of(it, "Teman som har ändrats")}
    renamed = rows["A (Område 1, 3 bidrag)"]
    assert "Bättre (Område 2, 3 bidrag)" in renamed[0]
    assert renamed[1:] == ["nytt namn, annat målområde", "Ingen förstod det."]
    assert rows["Fanns inte"][1] == "nytt"
    assert rows["D (Område 1, 1 bidrag)"][:2] == ["1 bidrag står inte i något tema", "borttaget"]
    taken = next(row for was, row in rows.items() if was.startswith("C (") or "i C" in was)
    assert taken[1:] == ["ihopslaget", "Samma sak."]


def test_what_is_carried_and_what_becomes_of_contributions_stand_beside_what_they_were():
    matter = frozen_matter()
    rework(matter)
    it = compared(matter, "board")
    [carried] = rows_of(it, "Teman som förs vidare")
    assert carried[1:3] == ["Förs inte vidare", "Delområde"]
    [table] = reading.tables(it, "Bidrag med ändrad hantering")
    found = {tuple(cell.text for cell in row[1:]): row[0].sources for row in table.rows}
    assert found[("Inte avgjort", "Läggs åt sidan med skäl", "Redan gjort")] == [1, 2]
    assert reading.cited(it) <= {source.number for source in it.sources}


@pytest.mark.parametrize("kind", COMPARED)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_no_difference_is_without_words(kind, lang):
    matter = frozen_matter()
    rework(matter)
    text = reading.words(compared(matter, kind, lang))
    assert not [words for words in text if "doc." in words or "{" in words]


@pytest.mark.parametrize("kind", COMPARED)
def test_where_nothing_has_changed_since_the_version_before_one_sentence_says_so(kind):
    [heading, only] = compared(frozen_matter(), kind).closing[-2:]
    assert isinstance(heading, Heading) and heading.text.startswith("Bilaga 3.")
    assert isinstance(only, Paragraph) and "desamma som i version 1" in only.runs[0].text


@pytest.mark.parametrize("kind", COMPARED)
def test_the_first_version_is_compared_with_nothing(kind):
    assert "Skillnad mot" not in "\n".join(reading.words(document(kind)))
