from .evidence import Evidence
from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .ledger import Activity, ActivityFile, CountedActivity, DuplicateDecision, LedgerSwitch
from .materials import CountedMaterial, Material, MaterialFile, RegisterSwitch
from .modules import Checklist, Headline, Operator, ServicePoint
from .periods import Extension, PeriodDecision, UnlockRequest
from .providers import Provider
from .releases import Release, Weighting
from .reminders import Reminder, ReminderSettings
from .reviews import Opening, ReviewPoint
from .survey import Survey, SurveyFile

__all__ = [
    "Activity",
    "ActivityFile",
    "Checklist",
    "CountedActivity",
    "CountedMaterial",
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
    "Material",
    "MaterialFile",
    "Opening",
    "Operator",
    "PeriodDecision",
    "Provider",
    "RegisterSwitch",
    "Release",
    "Reminder",
    "ReminderSettings",
    "Review",
    "ReviewPoint",
    "ServicePoint",
    "Survey",
    "SurveyFile",
    "Total",
    "UnlockRequest",
    "Version",
    "Weighting",
]
