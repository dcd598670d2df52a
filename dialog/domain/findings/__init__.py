"""What the log says about a dialogue, as numbers, tables and places to look: pure, and the only
source of documents.
"""

from dialog.domain.findings.found import find

__all__ = ["find"]
