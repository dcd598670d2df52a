"""Who sends a document, as the settings say."""

from dialog.reports.model import Letterhead
from dialog.settings import Settings


def letterhead(settings: Settings, municipality: str) -> Letterhead:
    """Reads the logo anew, so that it can be exchanged without a restart."""
    return Letterhead(
        municipality=municipality,
        unit=settings.letterhead_unit,
        address=settings.letterhead_address.replace("\\n", "\n"),
        logo=settings.logo.read_bytes() if settings.logo else b"",
        logo_alt=settings.logo_text or municipality,
    )
