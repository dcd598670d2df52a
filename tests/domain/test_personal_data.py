"""What is refused before it is stored, what a moderator is asked to look at, and what is not.

Only official test numbers (Skatteverket) and drama numbers (PTS 070-174 06 05 to 99) stand here.
"""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialog.domain import personal_data
from dialog.domain.personal_data import flags, personal_number


@pytest.mark.parametrize(
    "text",
    [
        "191212121212",
        "19121212-1212",
        "19121212–1212",
        "19121212\u20111212",
        "19121212\u22121212",
        "19121212 1212",
        "19121212\u00a01212",
        "19121212 - 1212",
        "1212121212",
        "121212-1212",
        "121212+1212",
        "121212 1212",
        "12 12 12-1212",
        "12 12 12 1212",
        "12-12-12-1212",
        "1912-12-12-1212",
        "1912-12-12 1212",
        "1912.12.12-1212",
        "1912/12/12-1212",
        "1912 1212 1212",
        "1 9 1 2 1 2 1 2 1 2 1 2",
        "12 12 12 12 12",
        "1912\u00ad1212\u200b1212",
        "١٩١٢١٢١٢١٢١٢",
        "۱۹۱۲۱۲۱۲-۱۲۱۲",
        "१९१२१२१२-१२१२",
        "1９1２1２1２-1２1２",
        "Jag heter Tolvan, 19121212-1212, och vill ha svar",
        "(121212-1212)",
        "pnr:121212-1212.",
        "mitt nummer är\n121212-1212\nhälsar T",
        "112 121212-1212",
        "121212-1212 070-174 06 05",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(text):
    assert personal_number(text)


def test_a_coordination_number_is_found():
    # The day of the official test number plus 60: one check digit in ten is right.
    assert [personal_number(f"19121272-121{digit}") for digit in range(10)].count(True) == 1


def test_only_one_check_digit_in_ten_is_an_identity_number():
    assert [personal_number(f"19121212-121{digit}") for digit in range(10)].count(True) == 1


@pytest.mark.parametrize(
    "month, day", [("13", "12"), ("00", "12"), ("12", "32"), ("02", "30"), ("12", "92")]
)
def test_what_is_no_day_is_no_identity_number(month, day):
    assert not any(personal_number(f"12{month}{day}-{last:04}") for last in range(1200, 1220))


def drama_numbers():
    for last in range(5, 100):
        yield from (
            f"070-174 06 {last:02}",
            f"07017406{last:02}",
            f"070-17406{last:02}",
            f"070 174 06 {last:02}",
            f"070-174-06-{last:02}",
            f"070/174 06 {last:02}",
            f"070.174.06.{last:02}",
            f"+46 70 174 06 {last:02}",
            f"+46701740{600 + last}",
            f"0046 (0)70-174 06 {last:02}",
            f"+46 (0) 70 174 06 {last:02}",
            f"٠٧٠-١٧٤ 06 {last:02}",
        )


def test_a_phone_number_is_flagged_and_never_taken_for_an_identity_number():
    for number in drama_numbers():
        assert not personal_number(number), number
        assert flags(f"Ring mig på {number} om lekplatsen") == ["phone"], number


@pytest.mark.parametrize(
    "number", ["0393-67 80 00", "0393-678 000", "08-123 456 78", "010-201 50 00", "0771-567 567"]
)
def test_a_landline_number_is_flagged(number):
    assert flags(f"växeln {number}") == ["phone"]
    assert not personal_number(number)


ORDINARY = [
    "fick",
    "dnr KS 2019/017",
    "Dnr KS 2019/017, § 45",
    "1 000 kronor",
    "20 000 000 kr",
    "1 000 000 000 kronor",
    "1 012 500 000 kronor",
    "2019",
    "2019-2022",
    "2015–2018 och 2019–2022",
    "2019 2020 2021",
    "2019-04-01",
    "den 1 april 2019 klockan 18.00–20.30",
    "2019-04-01 18.30",
    "20190401-20190407",
    "2019-04-01 – 2019-04-07",
    "01-04-2019",
    "öppet 0800-1700",
    "öppet 08-17 2019",
    "07.30-16.30 alla dagar",
    "ring 112",
    "1177",
    "116 117",
    "14 746 invånare",
    "10, 11, 12, 13, 14",
    "1-2-3-4",
    "556036-0793",
    "riksväg 30 och länsväg 846",
    "cykelvägen 2 km till",
    "motorvägen 3 minuter bort",
    "bl.a. t.ex. osv.",
    "SFI på kvällen",
    "F-6 skola och åk 7-9",
    "⚽🎸❤️",
    "SFI مهم جداً لكن الوقت قليل",
    "Dä ä la rart om en kunne träffas nånstans utan å behöva betala",
    "Vad tycker du själv om att sänka rösträttsåldern, KS-ordförande?",
    "Ni lyssnar ju aldrig, det här är bara ett spel för gallerierna",
    "Varför är det sådana köer på akuten?",
    "Lampan vid övergångsstället på skolan är trasig",
    "bättre löner och heltid för oss i hemtjänsten",
    "Höj inte skatten och betala av skulden först",
    "Laga det som redan finns innan ni bygger nytt badhus",
    "aaaaaaaa hej mamma 67 67",
    "sen ior boende",
    "utegym",
    "Cykelvägar mellan orterna",
    "Bostäder, bussar och att fritidsgården har öppet – allt hänger ihop",
    "Delaktighet för vår förening handlar om förtroende. " * 9,
    "Ungas psykiska hälsa",
    "rektorn och läraren gör ett fint jobb",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_let_through(text):
    assert not personal_number(text)
    assert flags(text) == []


@pytest.mark.parametrize(
    "text, flag",
    [
        ("Ring mig på 070-174 06 05 om lekplatsen", "phone"),
        ("Kan ni mejla hallschemat till kassor@example.com", "email"),
        ("kassor (at) example.com", "email"),
        ("kassor snabel-a example punkt com", "email"),
        ("kassor[at]example[dot]com", "email"),
        ("Alltid bråk utanför Storgatan 12 B lgh 1203", "address"),
        ("utanför storgatan 12", "address"),
        ("Drottning Kristinas väg 4", "address"),
        ("567 31 Vaggeryd", "address"),
        ("läs på www.example.com", "url"),
        ("https://example.com/bild", "url"),
        ("läs mer på example.se/dialog", "url"),
        ("Min granne Kalle Svensson spelar musik hela nätterna", "person"),
        ("Varför svarar inte kommunalrådet Anna Berg på mejl?", "person"),
        ("Min son har adhd och får inget stöd i klass 5B", "person"),
        ("Jag har epilepsi och vågar inte ta bussen", "person"),
        ("jag heter kalle", "person"),
        ("följ @exempel.konto", "person"),
        ("121212-1213", "person"),
        ("19121212-xxxx", "person"),
        ("121212-T121", "person"),
    ],
)
def test_what_may_point_at_someone_is_flagged(text, flag):
    assert flags(text) == [flag]
    assert not personal_number(text)


@pytest.mark.parametrize("word", [*personal_data._SENSITIVE_WORDS, *personal_data._DEEDS])
def test_every_sensitive_word_is_flagged_of_somebody(word):
    said = word.replace("*", "")
    told = f"min lärare {said} ofta" if word in personal_data._DEEDS else f"min granne har {said}"
    assert flags(told) == ["person"] == flags(told.upper())


def test_several_flags_come_in_one_order():
    text = "Kalle Svensson, Storgatan 12, kassor@example.com, 070-174 06 05"
    assert flags(text) == ["phone", "email", "address", "person"]


@given(st.text())
def test_any_text_can_be_looked_at(text):
    assert isinstance(personal_number(text), bool)
    assert isinstance(flags(text), list)


# ── the quick look ────────────────────────────────────────────────────────────────────────────

PIECES = [
    *("min son", "Mitt barn", "deras", "heter", "som", "jag", "han är", "Hon har", "lider av"),
    *("grannen", "Lärare", "mattelärarn", "chef", "doktor", "Herr", "fru", "kommunalrådet", "Per"),
    *(
        "Anna",
        "anna",
        "Åsa",
        "Svensson",
        "ſvensson",
        "Ek",
        "eriksson",
        "adhd",
        "DİAGNOS",
        "dıagnos",
    ),
    *("med i facket", "fackligt ansluten", "misshandlar", "Langade", "psykiskt sjuk", "muslim"),
    *(
        "@",
        "@anna.b",
        "a@b.se",
        "a snabel-a b punkt se",
        "(at)",
        " ät ",
        "insta: x",
        ".se",
        "www.x",
    ),
    *(
        "Storgatan 12",
        "SKOLVÄGEN 3",
        "Linds väg 4",
        "lgh 1001",
        "123 45 Sjöbo",
        "ABC 12D",
        "http://x",
    ),
    *(
        "121212-1212",
        "1 9 1 2 1 2 1 2 1 2 1 2",
        "070-174 06 05",
        "tel 41222",
        "+46 70 174 06 05",
        "²",
    ),
    *(
        "reg nr abc123",
        "191212121212",
        "121212",
        "1212",
        "sista fyra 12 12",
        "6",
        "\u0301",
        "\u212b",
    ),
]
GLUE = ["", " ", "\n", ". ", "-", "\u2009", ": "]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GLUE)), max_size=8))
@example([("lärare", " "), ("Langade", " ")])
@example([("doktor", " "), ("Ek", " ")])
@settings(max_examples=300)
def test_the_quick_look_hides_nothing_that_the_patterns_find(parts):
    plain = personal_data._plain("".join(piece + glue for piece, glue in parts))
    assert not personal_data._BLANKS.search(plain)
    lower, digits = personal_data._lower(plain), len(re.findall(r"\d", plain))
    kinds = (*personal_data._PERSONS, *personal_data._ADDRESSES, *personal_data._PHONES)
    for must_have, its in kinds:
        assert must_have(plain, lower, digits) or not any(it.search(plain) for it in its)
    assert personal_data._like_email(lower) or not personal_data._EMAIL.search(plain)
    assert "." in plain or "://" in plain or not personal_data._URL.search(plain)
    phone = any(it.search(plain) for _, its in personal_data._PHONES for it in its)
    assert digits >= personal_data.OF_A_PHONE or not phone
    assert digits >= personal_data.OF_A_PERSON or not list(personal_data._candidates(plain))
