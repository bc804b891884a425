from .filings import Draft, Filing, Line, Review, Total, Version
from .jobs import Job
from .reminders import Reminder, ReminderSettings

__all__ = ["Draft", "Filing", "Job", "Line", "Reminder", "ReminderSettings", "Review", "Total", "Version"]
