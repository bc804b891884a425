"""What was promised: reference data, loaded from `fixtures/`. A third city's document is a third fixture."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.models import CODE_LENGTH, Tenant

from . import work_module
from .calendar import last_day
from .definitions import Definition, filled, values_of
from .ledger import Ledger


class ByCode(models.Manager):
    """Natural key: the code alone."""

    def get_by_natural_key(self, code: str):
        return self.get(code=code)


class ByProgrammeAndCode(models.Manager):
    """Natural key: the programme's code and one's own."""

    def get_by_natural_key(self, programme: str, code: str):
        return self.get(programme__code=programme, code=code)


class Programme(models.Model):
    """A public programme and the document it rests on."""

    code = models.SlugField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=100)
    document_number = models.CharField(max_length=60)
    document_title = models.CharField(max_length=200)
    lead = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="leads")
    receiving_office = models.CharField(max_length=60, blank=True)
    thresholds = models.JSONField(
        help_text=_(
            "Limits of the plausibility checks by name, e.g. {“average_low”: {“training_attendances”: 10}}."
        )
    )
    layout = models.JSONField(
        help_text=_("The official attachment: title lines, headings' note, rows, page set-up.")
    )
    return_name = models.CharField(
        max_length=20, default="季报", help_text=_("What its returns are called, e.g. 季报 or 月报.")
    )
    ledger = models.JSONField(
        default=dict,
        blank=True,
        help_text=_(
            "The activity ledger's kinds, venues, channels and questions; empty: there is no ledger."
        ),
    )
    materials = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What the register of materials holds: kinds, sentences; empty: the programme has none."),
    )
    survey = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What the survey before the start asks, section by section; empty: there is none."),
    )
    module = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("The work module and the first phase, as `targets.work_module` reads them; empty: none."),
    )
    headline_channel = models.CharField(max_length=20, blank=True)
    headline_sentence = models.CharField(max_length=200, blank=True)

    objects = ByCode()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def return_word(self) -> str:
        """What a Chinese page calls its returns; English has one word for all."""
        return self.return_name if (get_language() or "").startswith("zh") else str(_("return"))

    @property
    def ledger_rules(self) -> Ledger:
        """The rules of its activity ledger (台账)."""
        return Ledger.of(self.ledger)

    @property
    def work_module(self) -> work_module.WorkModule | None:
        return work_module.read(self.module)

    @property
    def definition_values(self) -> dict[str, str]:
        """The settings that its definitions speak of, by the name of their placeholder."""
        return values_of(self.thresholds, self.ledger_rules)

    @property
    def definitions(self) -> list[Definition]:
        """The platform's definitions (口径) as they are shown."""
        return self._shown(self.decisions.all())

    def definition(self, code: str) -> Definition | None:
        """The one of that code, if there is one."""
        return next(iter(self._shown(self.decisions.filter(code=code))), None)

    def _shown(self, decisions: "Iterable[Decision]") -> list[Definition]:
        values = self.definition_values
        return [Definition(each.code, *(filled(text, values) for text in each.texts)) for each in decisions]


class Decision(models.Model):
    """What the platform decided where the document is silent (口径说明), with its reason. Never the document's words.

    The texts hold placeholders for the programme's own numbers: what is shown comes from `Programme.definitions`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="decisions")
    code = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    answer = models.TextField()
    reason = models.TextField()

    objects = ByProgrammeAndCode()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="decision_once")]

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.code)

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.question, self.answer, self.reason


class Phase(models.Model):
    """A stage of the programme as the document names it. Phases are not quarters."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="phases")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = ByProgrammeAndCode()

    class Meta:
        ordering = ["programme", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="phase_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="phase_in_order"),
        ]

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.code)


class Period(models.Model):
    """A reporting period (报告期). Half-open in time: on time is before `due_at`, open is before `closes_at`."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="periods")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=40, help_text=_("As the attachment prints it, e.g. 2021年第一季度."))
    cumulative_name = models.CharField(
        max_length=40, help_text=_("From the year's first period to this one.")
    )
    short_name = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_at = models.DateTimeField(help_text=_("The first instant that is late."))
    closes_at = models.DateTimeField(help_text=_("The first instant at which the books are closed (封账)."))
    expected_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        help_text=_("Time-proportional progress at the period's end (序时进度)."),
    )

    objects = ByProgrammeAndCode()

    class Meta:
        ordering = ["programme", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="period_once"),
            models.UniqueConstraint(fields=["programme", "year", "number"], name="period_number_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gte=models.F("due_at")), name="period_closes_after_due"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="period_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.code)

    @property
    def due_on(self) -> date:
        """The last day that is on time."""
        return last_day(self.due_at)


class Indicator(models.Model):
    """A figure that is reported, or the sum of some that are (`sum_of`), with its verbatim headings.

    The target table and the attachment label the same indicator differently: they are matched by code, never by label.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60, help_text=_("On screen."))
    short_name = models.CharField(max_length=20)
    unit = models.CharField(max_length=10)
    attachment_heading = models.CharField(
        max_length=60, blank=True, help_text=_("Verbatim, brackets and all.")
    )
    target_heading = models.CharField(
        max_length=60, blank=True, help_text=_("Verbatim; blank: never has a target.")
    )
    attendances_of = models.CharField(
        max_length=40, blank=True, help_text=_("Code of the sessions that these attendances belong to.")
    )
    sum_of = models.JSONField(
        default=list, blank=True, help_text=_("Codes whose sum this is; empty: it is typed.")
    )

    objects = ByProgrammeAndCode()

    class Meta:
        ordering = ["programme", "position"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="indicator_once"),
            models.UniqueConstraint(fields=["programme", "position"], name="indicator_position_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.code)


class Duty(models.TextChoices):
    REQUIRED = "required", _("required")
    VOLUNTARY = "voluntary", _("voluntary")


class Channel(models.TextChoices):
    MODULE = "module", _("recorded in the module")
    SELF_REPORTED = "self_reported", _("self-reported")


class DutyManager(models.Manager):
    def get_by_natural_key(self, programme: str, tenant: str):
        return self.get(programme__code=programme, tenant__code=tenant)


class ReportingDuty(models.Model):
    """That a tenant files under a programme. Who is addressed, who reports and who has a target are three relations."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="duties")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=10, choices=Duty)
    earlier = models.JSONField(
        default=list,
        blank=True,
        help_text=_("What held before: [{“until”: “2021-12-31”, “duty”: “voluntary”}]."),
    )
    is_ranked = models.BooleanField(
        default=False, help_text=_("The city assesses counties only (市对县考核).")
    )
    recording_channel = models.CharField(max_length=20, choices=Channel, blank=True)
    not_credited = models.JSONField(
        default=list, blank=True, help_text=_("Codes of indicators that do not count for this tenant.")
    )

    objects = DutyManager()

    class Meta:
        ordering = ["programme", "tenant__path"]
        constraints = [models.UniqueConstraint(fields=["programme", "tenant"], name="duty_once")]

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.tenant.code)

    def in_period(self, period: Period) -> str:
        """Whether a return is required for the period: what held on its last day, whatever changed since."""
        for each in sorted(self.earlier, key=lambda each: each["until"]):
            if period.ends_on <= date.fromisoformat(each["until"]):
                return each["duty"]
        return self.duty


class TargetManager(models.Manager):
    def get_by_natural_key(self, programme: str, indicator: str, year: int, tenant: str):
        return self.get(programme__code=programme, indicator__code=indicator, year=year, tenant__code=tenant)


class Target(models.Model):
    """One cell of a target table: a number, `/` (no task) or blank in the source. No task is not 0."""

    class State(models.TextChoices):
        NUMBER = "number", _("number")
        NO_TASK = "no_task", _("no task")
        BLANK = "blank", _("blank in the document")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="targets")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField()
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="targets")
    state = models.CharField(max_length=10, choices=State)
    value = models.PositiveIntegerField(null=True, blank=True)
    source_text = models.CharField(max_length=20, blank=True, help_text=_("As printed, blanks and all."))
    source_line = models.PositiveIntegerField(null=True, blank=True)

    objects = TargetManager()

    class Meta:
        ordering = ["programme", "year", "indicator__position", "tenant__path"]
        constraints = [
            models.UniqueConstraint(fields=["year", "tenant", "indicator"], name="target_once"),
            models.CheckConstraint(
                condition=Q(state="number", value__isnull=False)
                | (~Q(state="number") & Q(value__isnull=True)),
                name="target_number_has_value",
            ),
        ]

    def natural_key(self) -> tuple[str, str, int, str]:
        return (self.programme.code, self.indicator.code, self.year, self.tenant.code)


class TargetTotalManager(models.Manager):
    def get_by_natural_key(self, programme: str, indicator: str, year: int):
        return self.get(programme__code=programme, indicator__code=indicator, year=year)


class TargetTotal(models.Model):
    """What the document prints as 合计 of a row, and what its prose says of the same figure. A loader compares both."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="target_totals")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="target_totals")
    year = models.PositiveSmallIntegerField()
    printed = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Null: the document prints no total.")
    )
    prose = models.PositiveIntegerField(null=True, blank=True)
    is_floor = models.BooleanField(default=False, help_text=_("The prose says 以上: at least."))
    sentence = models.CharField(max_length=200, blank=True)

    objects = TargetTotalManager()

    class Meta:
        ordering = ["programme", "year", "indicator__position"]
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="target_total_once")]

    def natural_key(self) -> tuple[str, str, int]:
        return (self.programme.code, self.indicator.code, self.year)


class Milestone(models.Model):
    """A cumulative figure that the whole programme is to reach by a day, expected (预计) or annual (年度指标)."""

    class Kind(models.TextChoices):
        EXPECTED = "expected", _("expected")
        ANNUAL = "annual", _("annual target")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="milestones")
    code = models.CharField(max_length=20)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    on = models.DateField()
    value = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    sentence = models.CharField(max_length=200)

    objects = ByProgrammeAndCode()

    class Meta:
        ordering = ["programme", "on"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="milestone_once")]

    def natural_key(self) -> tuple[str, str]:
        return (self.programme.code, self.code)
