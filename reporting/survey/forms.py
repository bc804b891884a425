from django import forms
from django.http import QueryDict

from ..entry.posted import TYPED_AT_MOST
from ..models import Survey
from .answers import FILE, LIST, SurveyQuestion


class SurveyForm(forms.Form):
    """One text a question, as typed, or a file. `files_asked`: the questions that a file answers."""

    def __init__(self, data: QueryDict | None, *, questions: list[SurveyQuestion], survey: Survey | None):
        super().__init__(data, initial=survey.typed if survey else {})
        self.files_asked = [each.code for each in questions if each.kind == FILE]
        for each in questions:
            if each.kind == FILE:
                self.fields[each.code] = forms.FileField(
                    label=each.label, required=False, help_text=each.hint, widget=forms.FileInput
                )
                continue
            widget = forms.Textarea(attrs={"rows": 6}) if each.kind == LIST else forms.TextInput()
            if each.unit:
                widget.attrs["inputmode"] = "numeric"
            self.fields[each.code] = forms.CharField(
                label=f"{each.label}（{each.unit}）" if each.unit else each.label,
                required=False,
                strip=False,
                max_length=TYPED_AT_MOST,
                widget=widget,
                help_text=each.hint,
            )
