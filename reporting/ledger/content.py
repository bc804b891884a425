from typing import Any

from ..models import Activity
from .fields import FROZEN


def content_of(activity: Activity, evidence: list[str]) -> dict[str, Any]:
    """What a version freezes of an activity as it stands; dates and hours as text."""
    return {
        "id": str(activity.public_id),
        "provider": activity.provider.name,
        "starts_on": activity.starts_on.isoformat(),
        "ends_on": activity.ends_on.isoformat(),
        "class_hours": str(activity.class_hours),
        "evidence": evidence,
        **{name: getattr(activity, name) for name in (*FROZEN, "revision")},
    }
