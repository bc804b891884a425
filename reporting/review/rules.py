from django.utils.translation import gettext as _

from portal.models import Membership

from ..models import Version
from . import queries


def must_be_opened(version: Version) -> bool:
    """What somebody wrote to the reviewer is read before it is accepted among several."""
    return bool(version.explanations or version.replies)


def unread() -> str:
    return _("It has explanations that you have not read. Open it first.")


def why_not_unread(version: Version, by: Membership) -> str | None:
    """Why the version cannot be accepted without looking at it."""
    if must_be_opened(version) and not queries.is_opened(version, by):
        return unread()
    return None
