from .filings import Draft, Filing, Line, Review, Total, Version
from .jobs import Job

__all__ = ["Draft", "Filing", "Job", "Line", "Review", "Total", "Version"]
