"""What an export is called on pages."""

from django import template

from ..exports.jobs import span_of
from ..exports.kinds import KINDS, ExportKind
from ..exports.span import ExportSpan
from ..models import Job

register = template.Library()


@register.filter
def kind_label(job: Job) -> str:
    return str(KINDS[job.kind].label)


@register.filter
def span_name(job: Job) -> str:
    return KINDS[job.kind].time(span_of(job))


@register.filter
def time_of(kind: ExportKind, span: ExportSpan) -> str:
    return kind.time(span)
