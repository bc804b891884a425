"""The content of a release of this quarter: one JSON, which the page, the workbook and the frozen row all show.

It keeps names, headings, targets and definitions as they are now, so that nothing in it depends on a later day.
Who has not filed is named and never counted as 0. Figures are the roll-up's; rates are text with one decimal.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from targets import dashboard
from targets.assessment import completion_rate
from targets.calendar import Label
from targets.models import Period
from targets.queries import has_two_sums, lacking, loaded_targets, measured_targets, schedule_of
from targets.work_module import ALL

from ..assessment import assessment
from ..excel.layout import OFFICIAL
from ..filings.sheet import bureau_line
from ..models import Release
from ..rollup import status as rollup_status
from ..rollup.records import actuals_by_channel
from ..rollup.rollup import RollUp, RollUpRow, figures, not_due, roll_up
from ..work_module import queries as work_module_queries
from . import queries

Content = dict[str, Any]


def compose(period: Period, *, with_ranking: bool, at: datetime) -> Content:
    """The next release of the period's year, as of `at`. In the language of the documents, whoever asks."""
    programme = period.programme
    periods = periods_through(period)
    quarters = [roll_up(programme, [each], under=programme.lead) for each in periods]
    year = roll_up(programme, periods, under=programme.lead)
    earlier = queries.published(programme, period.year)
    number = earlier[-1].number + 1 if earlier else 1
    with translation.override(OFFICIAL):
        return {
            **_heading(period, number),
            "as_of": localtime(at).isoformat(timespec="seconds"),
            "is_demonstration": settings.DEMO,
            "indicators": [
                {
                    "code": each.code,
                    "name": each.name,
                    "short_name": each.short_name,
                    "unit": each.unit,
                    "heading": each.attachment_heading,
                    "is_typed": not each.sum_of,
                }
                for each in year.indicators
            ],
            "quarter": _table(quarters[-1], period.name),
            "cumulative": _table(year, period.cumulative_name),
            "rates": [_rates(each) for each in quarters],
            "completion": _completion(year, period),
            "ranking": _ranking(year) if with_ranking else None,
            "changes": changes(baselines(earlier), quarters),
            "previous": {"number": earlier[-1].number, "title": earlier[-1].title} if earlier else None,
            "definitions": [
                {"code": each.code, "question": each.question, "answer": each.answer}
                for each in programme.definitions
            ],
            "figures": {each.periods[0].code: figures(each) for each in quarters},
            "versions": queries.counting_versions(programme, periods),
        }


def digest_of(content: Content) -> str:
    """SHA-256 of the content, whatever order a database keeps its keys in."""
    return hashlib.sha256(as_text(content).encode()).hexdigest()


def preview_digest(content: Content) -> str:
    """The same without the instant: two looks at the same figures are the same preview."""
    return digest_of({name: value for name, value in content.items() if name != "as_of"})


def as_text(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def periods_through(period: Period) -> list[Period]:
    """The year's periods up to this one."""
    year = Period.objects.filter(
        programme=period.programme_id, year=period.year, number__lte=period.number
    ).select_related("programme__lead")
    return list(year.order_by("number"))


def _heading(period: Period, number: int) -> Content:
    programme = period.programme
    heading = _("%(programme)s: progress release") % {"programme": programme.name}
    issue = _("(%(year)s, no. %(number)s)") % {"year": period.year, "number": number}
    return {
        "programme": {
            "code": programme.code,
            "name": programme.name,
            "document_number": programme.document_number,
            "document_title": programme.document_title,
        },
        "lead": programme.lead.name,
        "year": period.year,
        "number": number,
        "heading": heading,
        "issue": issue,
        "title": heading + issue,
        "period": {
            "code": period.code,
            "name": period.name,
            "cumulative_name": period.cumulative_name,
            "expected_percent": f"{period.expected_percent.normalize():f}",
        },
    }


# --- the roll-up, who filed, and how far


def _table(rolled: RollUp, name: str) -> Content:
    """The roll-up as it is published: those with a task first, as in the city's attachment."""
    rows = sorted(rolled.rows, key=lambda row: not row.has_targets)
    return {
        "name": name,
        "rows": [_row(row) for row in rows],
        "subtotal": rolled.subtotal,
        "total": rolled.total,
        "expected": rolled.expected,
        "filed": rolled.filed,
        "missing": [each.code for each in rolled.missing],
        "missing_names": [each.name for each in rolled.missing],
        "pending_names": [each.name for each in rolled.pending],
    }


def _row(row: RollUpRow) -> Content:
    return {
        "tenant": row.tenant.code,
        "name": row.tenant.name,
        "short_name": row.tenant.short_name,
        "bureau_line": bureau_line(row.tenant),
        "has_targets": row.has_targets,
        "state": row.state,
        "lacking": list(assessment.periods_not_filed(row)),
        "is_corrected": row.is_corrected,
        "values": row.values,
        "no_task": sorted(row.no_task),
    }


def _rates(rolled: RollUp) -> Content:
    """上报率 = filed ÷ expected, 及时率 = filed on time ÷ expected; and everybody's name that explains them."""
    cells = [cell for row in rolled.rows for cell in row.cells]
    found, period = rollup_status.rates(cells), rolled.periods[0]
    return {
        "period": period.code,
        "name": period.name,
        "expected": found.expected,
        "filed": found.filed,
        "on_time": found.on_time,
        "reporting_rate": _rate(found, found.filed),
        "timeliness_rate": _rate(found, found.on_time),
        "missing": [each.name for each in rolled.missing],
        "pending": [each.name for each in rolled.pending],
        "late_names": [
            _("%(name)s (%(days)s days late)") % {"name": cell.tenant.name, "days": cell.days_late}
            for cell in cells
            if cell.days_late and cell.is_filed
        ],
        "nil": [cell.tenant.name for cell in cells if cell.state == "nil"],
        "unreviewed": [
            cell.tenant.name for cell in cells if cell.is_filed and not (cell.filing and cell.filing.accepted)
        ],
    }


def _rate(found: rollup_status.Rates, part: int) -> str | None:
    return assessment.as_text(completion_rate(part, found.expected)) if found.is_judged else None


def _completion(year: RollUp, period: Period) -> Content | None:
    """Target against actual, a row for each tenant with a task and for all together; None without targets."""
    targets, actuals, schedule = measured_targets(period), figures(year), schedule_of(period)
    tasks = dashboard.targeted(targets)
    codes = [each.code for each in year.indicators if each.code in tasks]
    if not codes:
        return None
    names = {row.tenant.code: row for row in year.rows}
    unknown, early = lacking(loaded_targets(year.programme, period.year), year.indicators), not_due(year)
    rows = dashboard.rows(targets, actuals, schedule.each, early, order=codes, lacking=unknown)
    whole = dashboard.whole(targets, actuals, schedule.whole, early)
    if schedule.is_closed:
        rows, whole = [dashboard.closed(row) for row in rows], dashboard.closed(whole)
    return {
        "columns": [{"code": each.code, "name": each.name} for each in year.indicators if each.code in codes],
        "rows": [
            {
                "tenant": row.tenant,
                "name": names[row.tenant].tenant.name,
                "lacking": list(assessment.periods_not_filed(names[row.tenant])),
                "cells": _cells(row, codes),
            }
            for row in rows
            if row.tenant in names
        ],
        "whole": _cells(whole, codes),
        "headline": _headline(period, targets, actuals, codes, early),
    }


def _headline(
    period: Period,
    targets: dashboard.Targets,
    actuals: dashboard.Actuals,
    codes: Sequence[str],
    early: Collection[str],
) -> Content | None:
    """What the sum that stands first counts of it, before all together: “以……工作模块记录数据为准”. None where that is all."""
    programme, first = period.programme, work_module_queries.headline_of(period.programme)
    if first.code == ALL or not has_two_sums(programme, programme.lead):
        return None
    channels = actuals_by_channel(programme, periods_through(period), programme.lead)
    counted = dashboard.of_channel(actuals, channels.get(first.code, {}))
    row = dashboard.whole(targets, counted, schedule_of(period).whole, early)
    return {
        "name": _("Headline: recorded in the module"),
        "sentence": first.sentence,
        "cells": _cells(row, codes),
    }


def _cells(row: dashboard.ProgressRow, codes: Sequence[str]) -> list[Content]:
    """A cell an indicator: target, actual, rate and label, or the work done where there is no task."""
    extra = {each.indicator: each for each in row.extra}
    found: list[Content] = []
    for code in codes:
        if cell := row.cell(code):
            found.append(
                {
                    "target": cell.target,
                    "actual": cell.actual,
                    "rate": None if cell.rate is None else f"{cell.rate:.1f}",
                    "label": str(cell.label),
                    "label_name": str(cell.label.label),
                }
            )
        else:
            label = extra[code].label if code in extra else Label.NO_TASK
            found.append(
                {
                    "target": None,
                    "actual": extra[code].actual if code in extra else None,
                    "rate": None,
                    "label": str(label),
                    "label_name": str(label.label),
                }
            )
    return found


def _ranking(year: RollUp) -> Content | None:
    """位次, counties only, by the platform's own formula; each figure with its explanation."""
    found = assessment.assess_rollup(year)
    if not found.ranked:
        return None
    return {
        "columns": [each.code for each in found.indicators],
        "weights": found.weights,
        "rows": [
            {
                "tenant": each.tenant.code,
                "name": each.tenant.name,
                "lacking": list(each.not_filed),
                "rates": [assessment.as_text(each.row.rates[column.code]) for column in found.indicators],
                "score": assessment.as_text(each.row.score),
                "rank": assessment.rank_text(each.row),
                "explanation": assessment.explain_score(each.row),
            }
            for each in found.ranked
        ],
    }


# --- what changed since


@dataclass(frozen=True)
class Baseline:
    """The figures of a period in the newest release that covers it."""

    number: int
    figures: Mapping[str, Mapping[str, int | None]]
    versions: Mapping[str, int]


def baselines(releases: Iterable[Release]) -> dict[str, Baseline]:
    """{period code: what was last published of it}, from releases in the order of their numbers."""
    return {
        code: Baseline(each.number, each.content["figures"][code], each.content["versions"].get(code, {}))
        for each in releases
        for code in each.content["figures"]
    }


def changed_since(release: Release) -> list[Content]:
    """Which of the release's figures count otherwise now."""
    programme = release.programme
    quarters = [roll_up(programme, [each], under=programme.lead) for each in periods_through(release.period)]
    with translation.override(OFFICIAL):
        return changes(baselines([release]), quarters)


def changes(published: Mapping[str, Baseline], quarters: Sequence[RollUp]) -> list[Content]:
    """Figure by figure: what was published, what counts now, and why (the reason of the correction)."""
    compared = [
        (each, published[each.periods[0].code]) for each in quarters if each.periods[0].code in published
    ]
    found = [change for rolled, baseline in compared for change in _changes_of(rolled, baseline)]
    if not found:
        return []
    versions = queries.accepted_versions(quarters[0].programme, [each.periods[0] for each in quarters])
    for change in found:
        change["why"] = _why(change, published[change["period"]], versions)
        del change["path"]
    return found


def _changes_of(rolled: RollUp, baseline: Baseline) -> Iterable[Content]:
    period = rolled.periods[0]
    for row in rolled.rows:
        before = baseline.figures.get(row.tenant.code, {})
        for indicator in rolled.indicators:
            old, new = before.get(indicator.code), row.values[indicator.code]
            if old != new and not indicator.sum_of:
                yield {
                    "since": baseline.number,
                    "period": period.code,
                    "period_name": period.name,
                    "tenant": row.tenant.code,
                    "path": row.tenant.path,
                    "name": row.tenant.name,
                    "indicator": indicator.code,
                    "indicator_name": indicator.name,
                    "before": old,
                    "after": new,
                }


def _why(change: Content, baseline: Baseline, versions: Iterable[queries.Counting]) -> str:
    """The reasons of every version accepted since, of the tenant and of those below it."""
    since = [
        each
        for each in versions
        if each.period == change["period"]
        and each.path.startswith(change["path"])
        and each.number > baseline.versions.get(each.tenant, 0)
    ]
    reasons = [each.why or _why_first(each) for each in since]
    return "；".join(dict.fromkeys(reasons))


def _why_first(version: queries.Counting) -> str:
    """A first version has no reason of a correction: it came late, or was accepted after the release."""
    return _("Filed late, accepted after the release") if version.is_late else _("Accepted after the release")
