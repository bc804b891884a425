"""The portal's version, for the end of every page."""

from django import template

from ..version import VERSION

register = template.Library()


@register.simple_tag
def portal_version() -> str:
    return VERSION
