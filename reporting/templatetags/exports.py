"""What an export is called on pages."""

from django import template

from ..exports import KINDS
from ..models import Job

register = template.Library()


@register.filter
def kind_label(job: Job) -> str:
    return str(KINDS[job.kind].label)


@register.filter
def span_name(job: Job) -> str:
    """What is always of a year is named so, whatever was ticked."""
    return job.period.cumulative_name if KINDS[job.kind].is_of_year else job.span_name
