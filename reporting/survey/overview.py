"""What came of the survey? Who has answered, the sums, and which difficulties are named by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from portal.clock import today
from portal.models import Membership, Tenant
from targets.models import Programme

from ..models import Survey, SurveyFile
from . import queries
from .answers import COUNT, FILE, LINK, LIST, SurveyQuestion, questions_of


@dataclass(frozen=True)
class SurveyRow:
    """`values`: answers in the order of the questions that are numbers, None where nothing was answered. `is_late`:
    first submitted after the phase; the document names no day, so nothing follows from it."""

    tenant: Tenant
    is_expected: bool
    survey: Survey | None
    values: tuple[int | None, ...]
    is_late: bool
    links: tuple[str, ...]
    files: tuple[SurveyFile, ...] = ()
    is_sent_back: bool = False

    @property
    def has_plan(self) -> bool:
        return bool(self.files or self.links)


@dataclass(frozen=True)
class NamedDifficulty:
    """A line of a list, and who wrote it."""

    text: str
    tenants: tuple[Tenant, ...]


@dataclass(frozen=True)
class Overview:
    columns: tuple[SurveyQuestion, ...]
    rows: tuple[SurveyRow, ...]
    totals: tuple[int | None, ...]
    lists: tuple[tuple[SurveyQuestion, tuple[NamedDifficulty, ...]], ...]
    asks_for_plan: bool = False
    is_due: bool = True  # the phase is over: before that who has not answered is still in time

    @property
    def expected(self) -> list[SurveyRow]:
        return [row for row in self.rows if row.is_expected]

    @property
    def answered(self) -> list[SurveyRow]:
        return [row for row in self.expected if row.survey]

    @property
    def missing(self) -> list[SurveyRow]:
        return [row for row in self.expected if not row.survey]

    @property
    def without_plan(self) -> list[SurveyRow]:
        """Expected, and no work plan is there: not submitted, or submitted without one."""
        return [row for row in self.expected if self.asks_for_plan and not row.has_plan]

    @property
    def with_plan(self) -> list[SurveyRow]:
        return [row for row in self.expected if row.has_plan]

    @property
    def is_complete(self) -> bool:
        """Whether everybody who is asked has submitted all that is asked."""
        return not self.missing and not self.without_plan

    @property
    def totals_named(self) -> list[tuple[SurveyQuestion, int | None]]:
        return list(zip(self.columns, self.totals, strict=True))


def overview(programme: Programme, by: Membership) -> Overview:
    """Of a person's own tenant and those below. “各县（市、区）通过开展专项调研”: the counties are expected to answer; others
    may."""
    questions, phase = questions_of(programme.survey), queries.survey_phase(programme)
    columns = tuple(each for each in questions if each.kind == COUNT)
    last = phase.ends_on if phase else None
    surveyed = queries.surveyed(programme, by)
    sent_back = queries.surveys_sent_back(programme, by)
    files = queries.survey_files([survey for _duty, survey in surveyed if survey])
    rows = tuple(
        SurveyRow(
            tenant=duty.tenant,
            is_expected=duty.is_ranked,
            survey=survey,
            values=tuple(survey.answers.get(each.code) if survey else None for each in columns),
            is_late=bool(survey and last and localdate(survey.first_submitted_at) > last),
            links=tuple(_given(survey, questions, LINK)),
            files=tuple(files[each] for each in _given(survey, questions, FILE)),
            is_sent_back=duty.tenant_id in sent_back,
        )
        for duty, survey in surveyed
    )
    return Overview(
        columns=columns,
        rows=rows,
        totals=tuple(_sum([row.values[place] for row in rows]) for place, _column in enumerate(columns)),
        lists=tuple((each, _named_difficulties(each, rows)) for each in questions if each.kind == LIST),
        asks_for_plan=any(each.kind in (FILE, LINK) for each in questions),
        is_due=not last or today() > last,
    )


def _sum(values: Sequence[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def _given(survey: Survey | None, questions: Sequence[SurveyQuestion], kind: str) -> list[str]:
    """What was answered to the questions of a kind: links, or public ids of files."""
    answers = survey.answers if survey else {}
    return [answers[each.code] for each in questions if each.kind == kind and answers.get(each.code)]


def _named_difficulties(question: SurveyQuestion, rows: Sequence[SurveyRow]) -> tuple[NamedDifficulty, ...]:
    """Each line once, those that most name first."""
    found: dict[str, list[Tenant]] = {}
    for row in rows:
        for text in row.survey.answers.get(question.code, []) if row.survey else ():
            found.setdefault(text, []).append(row.tenant)
    named = [NamedDifficulty(text, tuple(tenants)) for text, tenants in found.items()]
    return tuple(sorted(named, key=lambda each: -len(each.tenants)))
