from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .ledger import Activity, CountedActivity, DuplicateDecision, Evidence, LedgerSwitch
from .modules import Checklist, Headline, Operator, ServicePoint
from .periods import Extension, PeriodDecision, UnlockRequest
from .providers import Provider
from .releases import Release, Weighting
from .reminders import Reminder, ReminderSettings
from .reviews import Opening, ReviewPoint

__all__ = [
    "Activity",
    "Checklist",
    "CountedActivity",
    "Draft",
    "DuplicateDecision",
    "Evidence",
    "Extension",
    "Filing",
    "Headline",
    "Import",
    "Job",
    "LedgerSwitch",
    "Line",
    "Opening",
    "Operator",
    "PeriodDecision",
    "Provider",
    "Release",
    "Reminder",
    "ReminderSettings",
    "Review",
    "ReviewPoint",
    "ServicePoint",
    "Total",
    "UnlockRequest",
    "Version",
    "Weighting",
]
