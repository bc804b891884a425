from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job

__all__ = ["Draft", "Filing", "Import", "Job", "Line", "Review", "Total", "Version"]
