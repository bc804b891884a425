from .filings import Draft, Filing, Line, Review, Total, Version
from .jobs import Job
from .releases import Release, Weighting

__all__ = ["Draft", "Filing", "Job", "Line", "Release", "Review", "Total", "Version", "Weighting"]
