from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .releases import Release, Weighting
from .reminders import Reminder, ReminderSettings

__all__ = [
    "Draft",
    "Filing",
    "Import",
    "Job",
    "Line",
    "Release",
    "Reminder",
    "ReminderSettings",
    "Review",
    "Total",
    "Version",
    "Weighting",
]
