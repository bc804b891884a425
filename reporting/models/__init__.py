from .filings import Draft, Filing, Line, Review, Total, Version
from .jobs import Job
from .periods import Extension, PeriodDecision, UnlockRequest, last_day
from .reviews import Opening, ReviewPoint

__all__ = [
    "Draft",
    "Extension",
    "Filing",
    "Job",
    "Line",
    "Opening",
    "PeriodDecision",
    "Review",
    "ReviewPoint",
    "Total",
    "UnlockRequest",
    "Version",
    "last_day",
]
