"""What people might write on an evening, what models might make of it, and what hypothesis does."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from dialog.analysis import space
from dialog.analysis.embedding import LEXICAL
from dialog.analysis.linkage import Wishes
from dialog.embedders import label

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


def seen(texts: Sequence[str]) -> NDArray[np.float32]:
    """`texts` as the lexical model sees them beside one another."""
    return space.prepared(LEXICAL.embed(texts), label(LEXICAL))


@st.composite
def vectors(draw, fewest: int = 0, most: int = 40) -> NDArray[np.float32]:
    """Rows of length 1 or 0: near a few middles or anywhere, at times the same over and over."""
    count, width = draw(st.integers(fewest, most)), draw(st.integers(2, 12))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    middles = chance.normal(size=(draw(st.integers(1, 6)), width))
    spread = draw(st.sampled_from([0, 0.2, 1, 5]))
    rows = middles[chance.integers(len(middles), size=count)]
    rows = rows + spread * chance.normal(size=rows.shape)
    rows[chance.random(count) < draw(st.sampled_from([0, 0.2, 1]))] = 0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@st.composite
def wishes(draw, count: int) -> Wishes:
    """What people may have said of `count` posts; nothing that contradicts itself."""
    if not count:
        return Wishes()
    said = draw(st.lists(st.integers(-3, 3), min_size=count, max_size=count))
    numbers = sorted({number for number in said if number >= 0})
    blocks = [[post for post, one in enumerate(said) if one == number] for number in numbers]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, max(0, len(blocks) - 1)))
    kept_out = [
        (post, block)
        for post, block in draw(st.lists(pairs, max_size=6))
        if blocks and post not in blocks[block]
    ]
    return Wishes(blocks, kept_out)
