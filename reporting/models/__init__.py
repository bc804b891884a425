from .evidence import Evidence
from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .ledger import Activity, ActivityFile, CountedActivity, DuplicateDecision, LedgerSwitch
from .periods import Extension, PeriodDecision, UnlockRequest
from .providers import Provider
from .releases import Release, Weighting
from .reminders import Reminder, ReminderSettings
from .reviews import Opening, ReviewPoint

__all__ = [
    "Activity",
    "ActivityFile",
    "CountedActivity",
    "Draft",
    "DuplicateDecision",
    "Evidence",
    "Extension",
    "Filing",
    "Import",
    "Job",
    "LedgerSwitch",
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
