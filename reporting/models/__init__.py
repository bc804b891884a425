from .filings import Draft, Filing, Line, Review, Total, Version
from .imports import Import
from .jobs import Job
from .releases import Release, Weighting

__all__ = ["Draft", "Filing", "Import", "Job", "Line", "Release", "Review", "Total", "Version", "Weighting"]
