"""Times in the files are Swedish time, wherever the server stands."""

from datetime import datetime

from dialog.domain.times import SWEDEN


def swedish_ms(written: str) -> int:
    """`2019-04-07T23:59` in ms since 1970; ValueError if there is no such day or hour.

    The hour that comes twice in October is the later one, and the one that is left out in March
    comes after the change: nobody is shut out before the time that they were told.
    """
    local = datetime.strptime(written, "%Y-%m-%dT%H:%M")
    both = (local.replace(tzinfo=SWEDEN, fold=fold).timestamp() for fold in (0, 1))
    return int(max(both)) * 1000
