"""What each role of staff may open: pages and files. What it may ask for stands with the rules."""

from typing import Literal

from dialog.identity import STAFF_ROLES, StaffRole

Page = Literal["overview", "console", "board", "moderate", "scribe", "projector", "work"]

HALL: frozenset[StaffRole] = frozenset(("facilitator", "presidium"))
"""Those who run meetings, and those who look into them."""
OFFICE: frozenset[StaffRole] = frozenset(("facilitator", "registrar"))
"""Those who hand out what is asked for, and keep what is hidden."""
FACILITATOR: frozenset[StaffRole] = frozenset(("facilitator",))

PAGES: dict[Page, frozenset[StaffRole]] = {
    "overview": frozenset(STAFF_ROLES),
    "console": HALL,
    "board": HALL,
    "moderate": FACILITATOR | {"moderator"},
    "scribe": HALL | {"scribe"},
    "projector": HALL | {"moderator"},
    "work": HALL | {"working-committee", "registrar"},
}
AUDIT = OFFICE
ARCHIVE = OFFICE
"""The packages: one holds the moderation log, the other the words of what is hidden."""
DISCLOSURE = OFFICE
DISPOSAL = OFFICE
"""To see what would go, and what went; letting it go is the registrar's alone."""
DISPOSES: frozenset[StaffRole] = frozenset(("registrar",))
PRINTABLES = HALL
IMPORT = FACILITATOR
LINKS = FACILITATOR


def home_page(role: StaffRole) -> Page | None:
    """The page of a session that a role works on; None if it works on the whole."""
    if role == "facilitator":
        return "console"
    pages: tuple[Page, ...] = ("moderate", "scribe", "console")
    return next((page for page in pages if role in PAGES[page]), None)
