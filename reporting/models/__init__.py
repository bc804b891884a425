from .evidence import Evidence
from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .periods import Extension, PeriodDecision, UnlockRequest
from .providers import Provider
from .releases import Release, Weighting
from .reminders import Reminder, ReminderSettings
from .reviews import Opening, ReviewPoint

__all__ = [
    "Draft",
    "Evidence",
    "Extension",
    "Filing",
    "Import",
    "Job",
    "Line",
    "Opening",
    "PeriodDecision",
    "Provider",
    "Release",
    "Reminder",
    "ReminderSettings",
    "Review",
    "ReviewPoint",
    "Total",
    "UnlockRequest",
    "Version",
    "Weighting",
]
