"""`{% csrf_token %}`, which every form has, also says for which unit the form was made (portal/acting.py).

It stands in for Django's own (`builtins` in the settings), so that no form can have the one without the other.
"""

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..acting import made_for
from ..typed import MADE_FOR

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    token = CsrfTokenNode().render(context)
    membership = getattr(context.get("request"), "membership", None)
    if not (token and membership):
        return SafeString(token)
    unit = format_html('<input type="hidden" name="{}" value="{}">', MADE_FOR, made_for(membership))
    return SafeString(token + unit)
