"""Everything that leaves the portal as a file: the table of kinds, and how each is read and written."""

from .kinds import KINDS, MEDIA_TYPES, OFFERED, Kind, at_once, is_made_at_once, permission_for, why_not
from .span import ChosenMaterials, Span

__all__ = [
    "KINDS",
    "MEDIA_TYPES",
    "OFFERED",
    "ChosenMaterials",
    "Kind",
    "Span",
    "at_once",
    "is_made_at_once",
    "permission_for",
    "why_not",
]
