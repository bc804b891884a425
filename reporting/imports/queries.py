from django.db.models import QuerySet

from portal.access import visible_to
from portal.clock import now
from portal.models import Membership

from ..models import Filing, Import


def own_imports(imports: QuerySet[Import], by: Membership) -> QuerySet[Import]:
    """An uploaded file belongs to who uploaded it, for its tenant, for a day: for everybody else it does not exist."""
    mine = visible_to(imports, by).filter(tenant=by.tenant, uploaded_by=by.user)
    return mine.filter(expires_at__gt=now())


def imported_before(filing: Filing, digest: str) -> Import | None:
    """The last time that the very same file was taken over into this return."""
    same = Import.objects.filter(filing=filing, digest=digest, confirmed_at__isnull=False)
    return same.order_by("-confirmed_at").first()
