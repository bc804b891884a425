"""The files attached to returns: whose they are to see, and which belonged to which version."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from portal.access import visible_to
from portal.clock import now
from portal.models import Membership

from ..models import Evidence, Filing
from ..uploads.kinds import label_of

Kind = Evidence.Kind


def files_shown_to(evidence: QuerySet[Evidence], by: Membership) -> QuerySet[Evidence]:
    """One's own tenant's, but for what is as good as gone; of those below what belongs to a submitted version."""
    is_gone = Q(until_version__lte=F("since_version"))
    is_draft = Q(since_version__gt=F("filing__latest__number")) | Q(filing__latest=None)
    return visible_to(evidence, by).exclude(is_gone).exclude(~Q(tenant=by.tenant) & is_draft)


def own_files(evidence: QuerySet[Evidence], by: Membership) -> QuerySet[Evidence]:
    """As above, and one's own removed ones: they can be put back."""
    shown = files_shown_to(evidence, by).values("pk")
    return visible_to(evidence, by).filter(Q(pk__in=shown) | Q(tenant=by.tenant, removed_at__isnull=False))


def files_of_version(filing: Filing, number: int) -> QuerySet[Evidence]:
    """What belongs, or belonged, to that version: evidence from its first to its last version, a stamped copy to one."""
    files = Evidence.objects.filter(_belonging_to(number), filing=filing)
    return files.select_related("uploaded_by", "filing__latest", "filing__accepted", "tenant")


def _belonging_to(number: int | F) -> Q:
    lasting = Q(kind=Kind.EVIDENCE, since_version__lte=number)
    is_there = Q(until_version=None) | Q(until_version__gt=number)
    return is_there & (lasting | Q(kind=Kind.STAMPED, since_version=number))


def files_seen(filings: Iterable[Filing]) -> dict[int, str]:
    """{return: a fingerprint of the files that a page about its latest version shows}: whoever decides about the version
    sees whether one came or went since."""
    found: dict[int, list[str]] = {each.pk: [] for each in filings}
    belonging = Evidence.objects.filter(_belonging_to(F("filing__latest__number")), filing__in=found)
    for filing, public_id in belonging.order_by("pk").values_list("filing", "public_id"):
        found[filing].append(str(public_id))
    return {key: hashlib.sha256(" ".join(ids).encode()).hexdigest()[:16] for key, ids in found.items()}


@dataclass(frozen=True)
class Attached:
    """A file in a list, and the other returns of the tenant that the very same file is attached to."""

    evidence: Evidence
    also_in: list[str]

    @property
    def label(self) -> str:
        """What the file is, in words."""
        return label_of(self.evidence.media_type)


def with_repetitions(files: QuerySet[Evidence], by: Membership) -> list[Attached]:
    """同一材料已用于……: shown beside the file, to whoever attached it and whoever reviews it; never drafts of others."""
    listed = list(files)
    if not listed:
        return []
    filing, digests = listed[0].filing, {each.source_digest for each in listed}
    others = files_shown_to(Evidence.objects.all(), by)
    others = others.filter(tenant=filing.tenant_id, source_digest__in=digests)
    others = others.exclude(filing=filing).select_related("filing__period__programme")
    used: dict[str, list[str]] = {}
    for each in others.order_by("filing__period__year", "filing__period__number"):
        used.setdefault(each.source_digest, []).append(str(each.filing.period))
    return [Attached(each, used.get(each.source_digest, [])) for each in listed]


def removed_files(filing: Filing, since) -> QuerySet[Evidence]:
    """What was removed since then, newest first: it can be put back, if the return still takes it."""
    removed = Evidence.objects.filter(filing=filing, removed_at__gte=since, removed_at__lte=now())
    return removed.select_related("removed_by").order_by("-removed_at", "-id")
