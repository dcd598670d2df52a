"""What people might write on an evening, and what hypothesis makes of it."""

from hypothesis import strategies as st

CYCLING = [
    "cykelväg mellan orterna",
    "När kommer cykelvägen till skolan?",
    "cykelvägar me belysning",
    "gångväg utan höga kanter",
    "Man vågar inte cykla längs landsvägen",
]
JOBS = [
    "sommarjobb åt alla",
    "Varför får bara vissa sommarjobb??",
    "Hur ska jag få erfarenhet om ingen ger mig första jobbet?",
    "Ett riktigt jobb med lön",
    "svenska på jobbet",
]
LIBRARY = [
    "meröppet bibliotek",
    "Biblioteket borde ha öppet på söndagar",
    "böcker på finska till biblioteket",
    "bibliotek i varje by",
    "BIBLIOTEKSBUSSEN!",
]
ODD = ["⚽🎸❤️", "العمل بعد دراسة اللغة", "", "x", "  \u200f ", "!!!", "SFI مهم جداً", "och", "12"]
EVENING = [*CYCLING, *JOBS, *LIBRARY, *ODD]

post = st.one_of(
    st.sampled_from(EVENING),
    st.lists(st.sampled_from(" ".join(EVENING).split()), max_size=6).map(" ".join),
    st.text(max_size=30),
)
evening = st.lists(post, max_size=24)
seed = st.integers(0, 3)
