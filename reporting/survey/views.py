"""摸底调查: what came of it, and the page on which a tenant answers."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal import security_log
from portal.access import has_permission, load, permitted
from portal.forms import complete_by_saved, posted, show_findings
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Programme

from ..entry.findings import Invalid
from ..entry.posted import TYPED_AT_MOST, ReasonForm, read_revision, storable
from ..models import Survey, SurveyFile
from ..periods import queries as period_queries
from ..periods.lookup import programme_or_404
from ..uploads.receiving import download, keep_or_explain
from ..uploads.views import limits
from . import actions, queries
from .answers import FILE, SurveyQuestion, questions_of, sections_of
from .forms import SurveyForm
from .overview import overview

SUBMIT = "submit"


@require_GET
@permitted(Permission.VIEW)
def survey_overview(request: HttpRequest, programme: str) -> HttpResponse:
    """Who has answered, the sums, the difficulties by who names them: of the active tenant and those below it."""
    found, by = programme_with_survey(request, programme), request.membership
    own = queries.survey_of(by.tenant, found)
    page = {
        "programme": found,
        "phase": queries.survey_phase(found),
        "overview": overview(found, by),
        "is_leaf": not by.tenant.numchild,
        "own": own,
        "sent_back": queries.sent_back(own),
        "may_review": has_permission(by, Permission.REVIEW),
        "is_unsent": own is not None and (own.submitted_at is None or own.saved_at > own.submitted_at),
        "may_answer": has_permission(by, Permission.FILE) and period_queries.files(by.tenant, found),
    }
    return render(request, "reporting/survey/survey_overview.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def survey_edit(request: HttpRequest, programme: str) -> HttpResponse:
    """Everything typed is kept first, then read; what is wrong stands at its question."""
    found, by = programme_with_survey(request, programme), request.membership
    actions.require_surveyed(by.tenant, found, by)
    questions = questions_of(found.survey)
    if request.method != "POST":
        return _page(
            request, found, SurveyForm(None, questions=questions, survey=queries.survey_of(by.tenant, found))
        )
    saved = queries.survey_of(by.tenant, found)
    typed = _typed(request.POST, questions, saved.typed if saved else {})
    revision = read_revision(request.POST)
    form = complete_by_saved(SurveyForm(request.POST, questions=questions, survey=saved))
    try:
        survey = actions.save_survey(by.tenant, found, typed, revision=revision, by=by)
        survey = _with_files(request, survey, form)
        if form.errors:
            return _page(request, found, form, status=422)
        if request.POST.get("do") == SUBMIT:
            actions.submit_survey(survey, revision=survey.revision, by=by)
    except Refused as refused:
        form.add_error(None, refused.reason)
        return _page(request, found, form, status=409)
    except Invalid as refused:
        show_findings(form, refused.findings)
        return _page(request, found, form, status=422)
    if request.POST.get("do") == SUBMIT:
        messages.success(request, _("The survey is submitted."))
        return redirect("survey-overview", found.code)
    messages.success(request, _("What you typed is saved. It counts once it is submitted."))
    return redirect("survey-edit", found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@load(
    lambda: Survey.objects.select_related("tenant", "programme"),
    permission=Permission.REVIEW,
    shown_to=queries.surveys_shown_to,
)
def survey_send_back(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Ask why, then open the survey again for those who answer it."""
    actions.require_survey_reviewer(survey, request.membership)
    if survey.submitted_at is None:
        raise Refused(_("The survey is not submitted. Only a submitted one can be sent back."))
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason, revision = form.cleaned_data["reason"], read_revision(request.POST)
        try:
            actions.send_back_survey(survey, reason=reason, revision=revision, by=request.membership)
        except Invalid as refused:
            for finding in refused.findings:
                form.add_error("reason", finding.text)
        else:
            messages.success(request, _("The survey is sent back with your reason."))
            return redirect("survey-overview", survey.programme.code)
    page = {"survey": survey, "form": form}
    return render(request, "reporting/survey/survey_send_back.html", page, status=422 if form.errors else 200)


@event_on("GET", "downloaded")
@require_GET
@load(SurveyFile.objects.all, shown_to=queries.survey_files_shown_to)
def survey_file(request: HttpRequest, file: SurveyFile) -> HttpResponse:
    """The work plan, as its county's survey has it or was submitted with it."""
    return download(file)


def programme_with_survey(request: HttpRequest, code: str) -> Programme:
    """A programme of the active tenant's that begins with a survey; the pages of any other do not exist."""
    programme = programme_or_404(request, code)
    if not programme.survey:
        raise Http404
    return programme


def _page(request: HttpRequest, programme: Programme, form: SurveyForm, *, status: int = 200) -> HttpResponse:
    survey = queries.survey_of(request.membership.tenant, programme)
    files = queries.survey_files([survey] if survey else [])
    typed = survey.typed if survey else {}
    page = {
        "programme": programme,
        "form": form,
        "sections": [
            (
                section,
                [(form[each.code], each, files.get(typed.get(each.code, ""))) for each in section.questions],
            )
            for section in sections_of(programme.survey)
        ],
        "limits": limits(),
        "survey": survey,
        "sent_back": queries.sent_back(survey),
        "revision": survey.revision if survey else 0,
    }
    return render(request, "reporting/survey/survey_edit.html", page, status=status)


def _typed(posted: QueryDict, questions: list[SurveyQuestion], saved: Mapping[str, str]) -> dict[str, str]:
    """A question that was not sent at all is as it is saved."""
    return {
        each.code: storable(posted.get(each.code, saved.get(each.code, ""))[:TYPED_AT_MOST])
        for each in questions
        if each.kind != FILE
    }


def _with_files(request: HttpRequest, survey: Survey, form: SurveyForm) -> Survey:
    """Put each chosen file in its place, take away what was ticked. What is refused is reported at its question."""
    by = request.membership
    for code in form.files_asked:
        if given := request.FILES.get(code):
            kept: list[SurveyFile] = []

            def keep(examined, code=code, survey=survey, kept=kept) -> None:
                kept.append(actions.attach_to_survey(survey, code, examined, revision=survey.revision, by=by))

            for problem in keep_or_explain(request, [given], keep, object_id=survey.public_id):
                form.add_error(code, problem)
            if kept:
                security_log.event(request, "evidence-attached", object=survey.public_id)
                survey = kept[0].survey
        elif request.POST.get(f"{code}-away"):
            survey = actions.withdraw_from_survey(survey, code, revision=survey.revision, by=by)
    return survey
