"""Are the frozen figures what was submitted? Recomputes every version's digest, receipt number and totals, compares
each with its entry in the history, and each return's state with its last entry. Names what is wrong and exits 1.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.management.scoped import SnapshotCommand
from portal.models import HistoryEntry

from ...entry.reading import recorded_totals
from ...filings.counted import plain
from ...filings.transition import SCHEMES, content_digest, receipt_number, snapshot
from ...models import CountedActivity, CountedMaterial, Filing, Line, Release, Version
from ...models.states import Move
from ...periods.by_name import tenant_named
from ...releases.content import digest_of

# What a digest takes of a line, and of an activity that is counted.
LINE = ("position", "provider", "provider_key", "values", "computed")
Counted = CountedActivity | CountedMaterial
COUNTED = ("provider_key", "is_late", "content", "figures")


class Command(SnapshotCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--tenant")

    def handle(self, *args, **options):
        filings = Filing.objects.with_parties().order_by("tenant__path", "period__year", "period__number")
        if options["tenant"]:
            filings = filings.filter(tenant=tenant_named(options["tenant"]))
        filings = list(filings)
        entries, versions = _entries(filings), _versions(filings)
        found = []
        for filing in filings:
            faults = [
                *_state_faults(filing, entries[filing.public_id], versions[filing.pk]),
                *(fault for each in versions[filing.pk] for fault in _version_faults(filing, each, entries[filing.public_id])),
            ]  # fmt: skip
            found += [f"{filing.tenant.code} {filing.period.code} {fault}" for fault in faults]
        found += _release_faults(options["tenant"])
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(
            _("The figures are whole: %(returns)s returns, %(versions)s versions.")
            % {"returns": len(filings), "versions": sum(map(len, versions.values()))}
        )


def _release_faults(tenant: str | None) -> Iterator[str]:
    """A release whose content, workbook or number is not what the history says was published."""
    releases = Release.objects.select_related("tenant").order_by("programme", "year", "number")
    published = HistoryEntry.objects.filter(action="publish", subject_kind="release")
    entries = {entry.subject_id: entry for entry in published}
    for release in releases.filter(tenant__code=tenant) if tenant else releases:
        entry, is_whole = entries.get(release.public_id), digest_of(release.content) == release.digest
        workbook = hashlib.sha256(bytes(release.workbook)).hexdigest()
        recorded = entry and (entry.version, entry.version_digest, (entry.after or {}).get("workbook_digest"))
        if not is_whole or recorded != (release.number, release.digest, workbook):
            yield _("%(release)s: its content or its workbook is not what was published") % {
                "release": release
            }


def _entries(filings: list[Filing]) -> dict:
    """{public id of the return: its entries, oldest first}"""
    found = defaultdict(list)
    for entry in HistoryEntry.objects.filter(subject_kind="filing").order_by("number"):
        found[entry.subject_id].append(entry)
    return found


def _versions(filings: list[Filing]) -> dict[int, list[Version]]:
    """{id of the return: its versions in order, with lines and totals}"""
    found = defaultdict(list)
    rows = (
        Version.objects.filter(filing__in=filings)
        .select_related("filing__tenant", "filing__period")
        .prefetch_related("lines", "totals", "counted")
    )
    for version in rows.order_by("filing", "number"):
        found[version.filing_id].append(version)
    return found


def _state_faults(filing: Filing, entries: list[HistoryEntry], versions: list[Version]) -> Iterator[str]:
    if not entries:
        yield _("has no history")
    elif entries[-1].after != snapshot(filing):
        yield _("is %(now)s, but its history ends with %(then)s") % {
            "now": snapshot(filing),
            "then": entries[-1].after,
        }
    if filing.first_due_at != (versions[0].due_at if versions else None):
        yield _("the due date it is judged by is not that of its first version")
    there = {each.number for each in versions}
    for entry in _submissions(entries):
        if entry.version not in there:
            yield _("version %(number)s: missing") % {"number": entry.version}
    if filing.first_submitted_at != (versions[0].submitted_at if versions else None):
        yield _("its first submission is not that of its first version")


def _version_faults(filing: Filing, version: Version, entries: list[HistoryEntry]) -> Iterator[str]:
    named = _("version %(number)s: ") % {"number": version.number}
    lines = list(version.lines.all())
    counted = [*version.counted.all(), *version.counted_materials.all()]
    if version.digest not in _digests(version, lines, counted):
        yield named + _("its lines, explanations and contacts do not give its digest")
    if _computed(lines) != _added_up(counted, lines):
        yield named + _("its computed figures are not the sums of the activities that it counts")
    if receipt_number(filing, version.number, version.digest) != version.receipt_number:
        yield named + _("its receipt number does not belong to its digest")
    sums, totals = _sums(version, lines), {each.indicator: each.value for each in version.totals.all()}
    if _without_a_task(lines, sums) | totals != sums:
        yield named + _("its totals are not the sums of its lines")
    submissions = [each for each in _submissions(entries) if each.version == version.number]
    if [_submission_facts(each) for each in submissions] != [
        (version.digest, version.submitted_by_id, version.submitted_at, version.correction_reason)
    ]:
        yield named + _("its content, its submitter or its date is not what the history says")


def _digests(version: Version, lines: list[Line], counted: list[Counted]) -> set[str]:
    """One for each scheme. No content gives the digest of another scheme: which one was used need not be kept. What the
    ledger gave was not yet known to the first two."""
    frozen = [{name: getattr(line, name) for name in LINE} for line in lines]
    activities = plain({name: getattr(each, name) for name in COUNTED} for each in counted)
    is_plain = not activities and not any(line.computed for line in lines)
    schemes = [scheme for scheme in SCHEMES if scheme >= 3 or is_plain]
    return {content_digest(version, frozen, activities, scheme=scheme) for scheme in schemes}


def _computed(lines: list[Line]) -> dict[str, dict[str, int]]:
    """{provider: the figures of its line that the ledger gave}"""
    return {
        line.provider_key: {code: line.values[code] for code in line.computed}
        for line in lines
        if line.computed
    }


def _added_up(counted: list[Counted], lines: list[Line]) -> dict[str, dict[str, int]]:
    sums = {line.provider_key: Counter(dict.fromkeys(line.computed, 0)) for line in lines if line.computed}
    for each in counted:
        sums.setdefault(each.provider_key, Counter()).update(each.figures)
    return {key: dict(found) for key, found in sums.items()}


def _submissions(entries: list[HistoryEntry]) -> list[HistoryEntry]:
    return [each for each in entries if each.action in (Move.SUBMIT, Move.NIL)]


def _submission_facts(entry: HistoryEntry) -> tuple:
    return entry.version_digest, entry.by_id, entry.at, entry.reason


def _without_a_task(lines: list[Line], sums: dict[str, int]) -> dict[str, int]:
    """The columns that say “no task” in every line. They have no total; in older versions it is 0."""
    kept = recorded_totals([line.values for line in lines], sums)
    return {code: 0 for code in sums if code not in kept}


def _sums(version: Version, lines: list[Line]) -> dict[str, int]:
    """The sum of each column. Without lines, a nil return, every total that there is has to be 0."""
    sums = Counter({each.indicator: 0 for each in version.totals.all()} if not lines else {})
    for line in lines:
        sums.update({code: value or 0 for code, value in line.values.items()})
    return dict(sums)
