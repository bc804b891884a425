"""What does the survey ask, and what was answered? The questions are data of the programme; a number is read as in a
return, by the one parser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ..entry.counts import parse_count
from ..entry.names import clean_text
from ..entry.reading import Finding

COUNT, LIST, LINK, FILE = "count", "list", "link", "file"
LINES_AT_MOST, LINE_LIMIT, LINK_LIMIT = 30, 100, 500

Answers = dict[str, Any]


@dataclass(frozen=True)
class SurveyQuestion:
    """`at_most`: codes of the questions whose answers this one cannot exceed."""

    code: str
    kind: str
    label: str
    short: str
    unit: str
    hint: str
    is_optional: bool
    at_most: tuple[str, ...]


@dataclass(frozen=True)
class SurveySection:
    """`sentence`: the document's words that ask for it."""

    title: str
    sentence: str
    questions: tuple[SurveyQuestion, ...]


@dataclass(frozen=True)
class Answered:
    """`answers` holds what could be read; `findings` what stands in the way of submitting."""

    answers: Answers
    findings: tuple[Finding, ...]


def sections_of(survey: Mapping[str, Any]) -> list[SurveySection]:
    """The questions of a programme's survey (`Programme.survey`), in the order of the document."""
    return [
        SurveySection(each["title"], each["sentence"], tuple(_question(field) for field in each["fields"]))
        for each in survey.get("sections", [])
    ]


def questions_of(survey: Mapping[str, Any]) -> list[SurveyQuestion]:
    return [question for section in sections_of(survey) for question in section.questions]


def file_questions(survey: Mapping[str, Any]) -> set[str]:
    """The codes of the questions that a file answers."""
    return {each.code for each in questions_of(survey) if each.kind == FILE}


def read_survey(typed: Mapping[str, str], questions: list[SurveyQuestion]) -> Answered:
    """Everything typed as answers, and everything wrong with it, each named by its question."""
    answers: Answers = {}
    findings = []
    for each in questions:
        value, problem = _READERS[each.kind](typed.get(each.code, ""), each)
        if problem:
            findings.append(Finding("answer", problem, column=each.code))
        elif value not in ("", [], None):
            answers[each.code] = value
        elif not each.is_optional:
            text = _("%(label)s: nothing is filled in; type the answer.") % {"label": each.label}
            findings.append(Finding("blank", text, column=each.code))
    return Answered(answers, (*findings, *_too_many(answers, questions)))


def _question(field: Mapping[str, Any]) -> SurveyQuestion:
    return SurveyQuestion(
        code=field["code"],
        kind=field["kind"],
        label=field["label"],
        short=field.get("short", field["label"]),
        unit=field.get("unit", ""),
        hint=field.get("hint", ""),
        is_optional=field.get("optional", False),
        at_most=tuple(field.get("at_most", ())),
    )


def _read_count(raw: str, question: SurveyQuestion) -> tuple[int | None, str]:
    count = parse_count(raw, unit=question.unit, allows_no_task=False)
    problem = _("%(label)s: %(problem)s") % {"label": question.label, "problem": count.problem}
    return count.value, problem if count.problem else ""


def _read_list(raw: str, question: SurveyQuestion) -> tuple[list[str], str]:
    """One a line; blank lines are none."""
    lines = [clean_text(line, limit=LINE_LIMIT, label=question.label) for line in raw.splitlines()]
    if problem := next((line.problem for line in lines if line.problem), ""):
        return [], problem
    found = list(dict.fromkeys(line.value for line in lines if line.value))
    if len(found) > LINES_AT_MOST:
        text = _("%(label)s: %(count)s lines, at most %(limit)s are kept; put some together.")
        return [], text % {"label": question.label, "count": len(found), "limit": LINES_AT_MOST}
    return found, ""


def _read_link(raw: str, question: SurveyQuestion) -> tuple[str, str]:
    link = clean_text(raw, limit=LINK_LIMIT, label=question.label)
    if link.value and not is_link(link.value):
        text = _("%(label)s: not an address; type it whole, beginning with https:// or http://.")
        return "", text % {"label": question.label}
    return link.value, link.problem


def _read_file(raw: str, _question: SurveyQuestion) -> tuple[str, str]:
    """The public id of the file that was put there, by the portal itself."""
    return raw, ""


def is_link(text: str) -> bool:
    """An address that a page may lead to: http or https, with a host, nothing hidden in it."""
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = not any(character.isspace() or character in "<>\"'\\^`{|}" for character in text)
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname) and port_is_fine


def _too_many(answers: Answers, questions: list[SurveyQuestion]) -> list[Finding]:
    labels = {each.code: each.label for each in questions}
    text = _("%(label)s: %(count)s is more than “%(other)s” (%(limit)s); check both.")
    return [
        Finding(
            "too_many",
            text
            % {
                "label": each.label,
                "count": answers[each.code],
                "other": labels[other],
                "limit": answers[other],
            },
            column=each.code,
        )
        for each in questions
        for other in each.at_most
        if each.code in answers and other in answers and answers[each.code] > answers[other]
    ]


_READERS = {COUNT: _read_count, LIST: _read_list, LINK: _read_link, FILE: _read_file}
