"""Times are ms since 1970, and are told in Swedish time wherever the server stands."""

from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SWEDEN = ZoneInfo("Europe/Stockholm")


def to_the_minute(at: int) -> int:
    """Rounded down, for whoever has no need of more: who was seen to write just then is told by
    seconds."""
    return at // MINUTE * MINUTE
