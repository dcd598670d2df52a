"""What the simulated hall writes: the dialogue's sample contributions, and variations of them."""

from collections.abc import Iterable
from random import Random

from dialog.protocol.agenda import Kind
from dialog.sessions.library import Library, Sample

PLAIN = (
    ("keyword", "bussar på kvällen"),
    ("keyword", "trygga skolvägar"),
    ("keyword", "billiga hyresrätter"),
    ("keyword", "mötesplatser för unga"),
    ("question", "Hur hänger bostäder och bussar ihop?"),
    ("question", "Vem tar ansvar för att det blir gjort?"),
    ("meaning", "Att alla kan vara med, också den som inte har bil."),
    ("meaning", "Att man får besked i tid och vet varför det blev som det blev."),
)
"""For a dialogue without samples of its own."""

AFTER_A_KEYWORD = (
    *("på landsbygden", "i tätorten", "nära hemmet", "året om", "i hela kommunen"),
    *("för alla åldrar", "också på kvällen", "utan avgift", "för barn", "för äldre"),
)
BEFORE_A_SENTENCE = (
    *("Håller med:", "Samma hos oss:", "Det viktigaste:", "Från vårt bord:", "Igen:"),
    *("Som förälder:", "Vi är flera som tycker:", "På riktigt:", "Kort sagt:", "Till sist:"),
)


class Words:
    """Gives each person something to write that fits the step, and the person."""

    def __init__(self, samples: Iterable[Sample], random: Random) -> None:
        self.samples, self.random = list(samples) or plain_samples(), random
        self.random.shuffle(self.samples)
        self.times: dict[str, int] = {}
        self.varied = 0

    def next(self, kinds: list[Kind], area: str | None, target_group: str | None) -> Sample:
        """Of those that fit the step one that is least used, in the person's own voice if any."""

        def unfit(sample: Sample) -> tuple[bool, bool, int, bool]:
            used = self.times.get(sample.text, 0)
            elsewhere = area is not None and sample.area != area
            return elsewhere, sample.kind not in kinds, used, sample.target_group != target_group

        best = min(self.samples, key=unfit)
        used = self.times.get(best.text, 0)
        self.times[best.text] = used + 1
        kind = best.kind if best.kind in kinds else self.random.choice(kinds)
        text = self._vary(best.text, kind) if used and best.language == "sv" else best.text
        return Sample(best.area, kind, best.target_group, text, best.language, best.theme)

    def _vary(self, text: str, kind: Kind) -> str:
        self.varied += 1
        if kind == "keyword":
            return f"{text} {AFTER_A_KEYWORD[self.varied % len(AFTER_A_KEYWORD)]}"
        return f"{BEFORE_A_SENTENCE[self.varied % len(BEFORE_A_SENTENCE)]} {text}"


def samples_for(library: Library, dialogue: str) -> list[Sample]:
    """The samples of `dialogue`; if it has none, another's, without their areas."""
    own = library.dialogues.get(dialogue)
    if own is not None and own.samples:
        return own.samples
    others = (it.samples for it in library.dialogues.values() if it.samples)
    return [
        Sample(None, it.kind, it.target_group, it.text, it.language, it.theme)
        for it in next(others, [])
    ]


def plain_samples() -> list[Sample]:
    """What people could write anywhere."""
    return [Sample(None, kind, "", text, "sv", "") for kind, text in PLAIN]  # type: ignore[arg-type]
