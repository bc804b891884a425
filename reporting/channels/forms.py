from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.work_module import ALL, HeadlineChoice, WorkModule

from ..models import Headline
from ..work_module.forms import choice
from ..work_module.queries import channel_name


class HeadlineForm(forms.Form):
    """Each sum with the sentence of the document that speaks for it."""

    channel = forms.ChoiceField(label=gettext_lazy("Which sum stands first"), widget=forms.RadioSelect)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, module: WorkModule, setting: Headline):
        super().__init__(data, initial={"channel": setting.channel, "revision": setting.revision})
        choice(self, "channel").choices = [(each.code, choice_text(each)) for each in module.headlines]


def choice_text(choice: HeadlineChoice) -> str:
    name = _("Module and self-reported together") if choice.code == ALL else channel_name(choice.code)
    return _("%(sum)s: “%(sentence)s”") % {"sum": name, "sentence": choice.sentence}
