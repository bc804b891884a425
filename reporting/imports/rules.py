from portal.models import Membership

from ..filings.rules import why_not, why_not_now
from ..models import Filing
from ..models.states import Move


def why_not_import(filing: Filing, by: Membership) -> str | None:
    """A file is taken over only where the return could be submitted. What is typed is kept even after the closing."""
    return why_not(filing, Move.SAVE, by) or why_not_now(filing, Move.SUBMIT)
