"""A row of the table of figures: what was reached, beside what it is compared with in one run."""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table. Ratios are to an anchor that ran in the same minutes on the same
    machine; `figures` has every number behind the words, with its unit in its name."""

    what: str
    anchor: str
    to_reach: str
    reached: str
    met: bool | None
    """None where nothing is to be reached, only told."""
    figures: dict[str, float]
