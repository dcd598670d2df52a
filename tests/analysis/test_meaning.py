"""Seen by the model that comes along, meaning decides: not the language, and not the length."""

from itertools import groupby

import pytest

from dialog.analysis.groups import group
from dialog.analysis.space import prepared
from dialog.embedders import label

BUSES = """
sv Bussen borde gå oftare på kvällarna
sv Fler bussar till byarna på helgerna
en The bus should run more often in the evenings
en We need more buses to the villages at weekends
fi Bussin pitäisi kulkea useammin iltaisin
fi Lisää busseja kyliin viikonloppuisin
ar يجب أن تمر الحافلة أكثر في المساء
ar نحتاج إلى حافلات أكثر إلى القرى في عطلة نهاية الأسبوع
so Basku waa inuu yimaadaa marar badan fiidkii
so Waxaan u baahannahay basas badan oo tuulooyinka taga dhammaadka toddobaadka
fa اتوبوس باید عصرها بیشتر رفت و آمد کند
fa آخر هفته‌ها اتوبوس بیشتری برای روستاها لازم است
"""
LIBRARY = """
sv Biblioteket behöver fler böcker för barn
sv Låt biblioteket ha öppet på söndagar
en The library needs more books for children
en Keep the library open on Sundays
fi Kirjastoon tarvitaan lisää lastenkirjoja
fi Kirjaston pitäisi olla auki sunnuntaisin
ar المكتبة تحتاج إلى كتب أكثر للأطفال
ar افتحوا المكتبة أيام الأحد
so Maktabaddu waxay u baahan tahay buugaag badan oo carruurta
so Maktabadda ha la furo maalmaha Axadda
fa کتابخانه به کتاب‌های بیشتری برای کودکان نیاز دارد
fa کتابخانه یکشنبه‌ها باز باشد
"""
LANGUAGES = {"sv", "en", "fi", "ar", "so", "fa"}

WAYS_TO_SCHOOL = """
Jag önskar att barnen kunde cykla tryggt ensamma till skolan varje dag
Vi vill att alla elever har en säker väg till sin skola
Det måste finnas belysta gång- och cykelvägar hela vägen fram till skolorna
säker skolväg
cykelväg skolan
trygga övergångsställen
"""
CARE = """
För mig betyder god omsorg att samma personal hjälper mamma på äldreboendet
Vi vill att de äldre får mat som smakar och trevligt sällskap
Äldre ska kunna bo kvar hemma med hjälp av en bra hemtjänst
trygg äldreomsorg
bättre hemtjänst
mat äldreboende
"""


def lines(*subjects):
    """(subject, line) of each."""
    return [
        (number, line)
        for number, subject in enumerate(subjects)
        for line in subject.strip().splitlines()
    ]


@pytest.fixture(scope="module")
def grouped(e5):
    """The groups that some texts make, and the texts left alone."""

    def run(texts, most=None):
        found = group(prepared(e5.embed(texts), label(e5)), most=most)
        return found.groups, found.singles

    return run


def subjects_of(members, written):
    return {written[post][0] for post in members}


@pytest.mark.parametrize("most", [2, None], ids=["two groups", "as many as there may be"])
def test_six_languages_meet_by_subject_and_none_is_a_group_of_its_own(grouped, most):
    written = lines(BUSES, LIBRARY)
    languages = [line[:2] for _, line in written]
    assert set(languages) == LANGUAGES and len(written) == 24
    groups, singles = grouped([line[3:] for _, line in written], most)
    assert not singles
    for members in groups:
        assert len(subjects_of(members, written)) == 1
        assert len({languages[post] for post in members}) >= 5
    if most == 2:
        assert [len(members) for members in groups] == [12, 12]


def test_meanings_and_keywords_about_one_subject_land_together(grouped):
    written = lines(WAYS_TO_SCHOOL, CARE)
    lengths = [len(line.split()) for _, line in written]
    runs = [(long, len(list(run))) for long, run in groupby(lengths, lambda it: it >= 12)]
    assert runs == [(True, 3), (False, 3)] * 2
    assert sorted(lengths)[:6] == [2] * 6
    groups, singles = grouped([line for _, line in written], most=2)
    assert (groups, singles) == ([list(range(6)), list(range(6, 12))], [])


def test_a_keyword_is_no_group_with_keywords_about_something_else(grouped):
    written = lines(WAYS_TO_SCHOOL, CARE)
    groups, _ = grouped([line for _, line in written])
    for members in groups:
        assert len(subjects_of(members, written)) == 1
        assert {post % 6 < 3 for post in members} == {True, False}
