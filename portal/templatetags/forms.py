"""What forms show: `{{ field|problems }}`, and `{% csrf_token %}`, which every form has, also says for which unit the form was made (portal/acting.py).

The tag stands in for Django's own (`builtins` in the settings), so that no form can have the one without the other.
"""

from django import forms, template
from django.forms import BoundField
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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


@register.filter
def problems(field: BoundField) -> list[str]:
    """What is wrong with what was typed. Where nothing was, the sentence names the field, unless it has one of its own."""
    return [text for error in field.errors.as_data() for text in _texts(field, error)]


def _texts(field: BoundField, error: forms.ValidationError) -> list[str]:
    if error.code != "required" or error.message != forms.Field.default_error_messages["required"]:
        return list(error.messages)
    is_chosen = isinstance(field.field, forms.ChoiceField | forms.ModelChoiceField | forms.FileField)
    text = _("Please choose: %(label)s.") if is_chosen else _("Please fill in: %(label)s.")
    return [text % {"label": field.label}]
