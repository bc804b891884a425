from .filings import Draft, Filing, Line, Review, Total, Version
from .jobs import Job
from .providers import Provider

__all__ = ["Draft", "Filing", "Job", "Line", "Provider", "Review", "Total", "Version"]
