"""Can these figures be right? Hard checks (强制性) block submitting; soft ones (核实性) ask for an explanation.

A soft check never blocks a truthful figure: it is explained, and the explanation travels to the reviewer.
Thresholds are the programme's; a check whose threshold is not set is off.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.identity_numbers import holds_identity_number

from ..entry.columns import Field
from ..entry.computed_figures import UNEXPLAINED, Computed
from ..entry.findings import explains, soft_key
from ..entry.names import PROBLEMS, clean_text
from ..entry.reading import Finding, Reading, ReadLine, where
from ..entry.similar_names import Register
from ..entry.totals import parts_of
from .facts import Facts
from .replies import ReasonReply, replies_to
from .typed_return import CONTACTS

Check = Callable[[Reading, Facts], Iterable[Finding]]


def run_checks(reading: Reading, facts: Facts) -> list[Finding]:
    """Everything found, in the order of the table: the reading's own findings, then each check's; and what is wrong with
    the texts that answer them."""
    found = [*reading.findings, *(finding for check in CHECKS for finding in check(reading, facts))]
    found += texts_without_identity_numbers(found, facts)
    return sorted(found, key=lambda finding: (finding.row is None, finding.row or 0))


def unanswered(findings: Iterable[Finding], explanations: Mapping[str, str], minimum: int) -> list[Finding]:
    """The findings that stand in the way of submitting: hard ones, and soft ones without a real explanation."""
    return [
        each
        for each in findings
        if each.is_hard or (each.key and not explains(explanations.get(each.key, ""), minimum))
    ]


def _soft(code: str, text: str, *facts: object, row: int | None = None, column: str = "") -> Finding:
    return Finding(code, text, row, column, is_hard=False, key=soft_key(code, *facts))


# --- hard


def rows_or_nil(reading: Reading, facts: Facts) -> Iterator[Finding]:
    if facts.is_nil and reading.computed_rows:
        text = _(
            "The activity ledger has %(count)s activities of this period: it is no nil return. Submit them, or withdraw those that did not take place."
        )
        if count := sum(each.activities for each in facts.computed.rows):
            yield Finding("nil_with_activities", text % {"count": count})
        if count := sum(each.materials for each in facts.computed.rows):
            text = _(
                "The register has %(count)s materials finished in this period: it is no nil return. Submit them, or withdraw those that were not made."
            )
            yield Finding("nil_with_materials", text % {"count": count})
    elif facts.is_nil and reading.typed_rows:
        text = _(
            "A nil return says that nothing was done, but %(count)s rows are filled in. Clear one or the other."
        )
        yield Finding("nil_with_rows", text % {"count": reading.typed_rows})
    elif not facts.is_nil and not reading.lines and not reading.findings:
        yield Finding("empty", _what_an_empty_return_wants(facts.computed))


def _what_an_empty_return_wants(computed: Computed) -> str:
    """Where all is computed there is nothing to type: what is recorded fills it in."""
    if not (count := sum(each.uses_ledger for each in computed.rows)):
        return _("Fill in at least one provider's row, or declare a nil return.")
    return _(
        "Nothing is recorded in this period for the %(count)s providers whose figures the activity ledger gives. "
        "Record their activities, or have the figures of this period typed instead; declare a nil return only if "
        "nothing was done."
    ) % {"count": count}


def sessions_and_attendances_go_together(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """场 > 0 ⇔ 人次 > 0, in each pair of columns."""
    for line in reading.lines:
        for sessions, attendances in facts.pairs():
            held, attended = _pair(line, sessions, attendances)
            if held is not None and attended is not None and bool(held) != bool(attended):
                empty = attendances if held else sessions
                text = _("“%(held)s” is %(held_value)s but “%(attended)s” is %(attended_value)s; both or neither.") % {
                    "held": sessions.name, "held_value": held, "attended": attendances.name, "attended_value": attended,
                }  # fmt: skip
                yield Finding("one_without_other", where(line.row, empty.name) + text, line.row, empty.code)


def attendances_at_least_sessions(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """人次 ≥ 场: a session that was held had somebody in it."""
    for line in reading.lines:
        for sessions, attendances in facts.pairs():
            held, attended = _pair(line, sessions, attendances)
            if held and attended and attended < held:
                text = _("%(attended)s attendances in %(held)s sessions: fewer than one each. Are the two swapped?") % {
                    "attended": attended, "held": held,
                }  # fmt: skip
                where_ = where(line.row, attendances.name)
                yield Finding("fewer_than_sessions", where_ + text, line.row, attendances.code)


def contacts_given(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """填报人、负责人、联系电话."""
    for code, label in CONTACTS.items():
        text = clean_text(facts.contacts.get(code, ""), limit=40, label=str(label))
        if text.problem:
            yield Finding(text.code, text.problem, column=code)
        elif not text.value:
            yield Finding(
                "contact_missing", _("“%(label)s” is not filled in.") % {"label": label}, column=code
            )
        elif text.value in facts.stopped:
            sentence = _("“%(label)s”: %(name)s works here no longer. Name who answers for it now.")
            values = {"label": label, "name": text.value}
            yield Finding("contact_stopped", sentence % values, column=code)


def reasons_are_answered(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """“退回理由须逐条回复”: each by a change at its place, or by an explanation why the figure stands."""
    for each in answers_of(reading, facts):
        if each.is_open:
            text = (
                _("%(place)s: the row was taken out, which does not answer “%(reason)s”. Say in at least %(length)s characters why.")
                if each.is_gone
                else _("%(place)s: “%(reason)s” is not answered. Change it, or say in at least %(length)s characters why it stands.")
            ) % {
                "place": each.point.place, "reason": each.point.reason, "length": explanation_length(facts.thresholds),
            }  # fmt: skip
            yield Finding("reason_unanswered", text, column=each.name)


def correction_changes_something(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """A correction that says what the accepted version says is none."""
    accepted = facts.corrected
    if accepted is None or not accepted.counts_alike or reading.findings:
        return
    contacts = {code: clean_text(text, limit=40, label="").value for code, text in facts.contacts.items()}
    lines = {line.key: (line.provider, line.values) for line in reading.lines}
    if (lines, facts.is_nil, contacts) == (accepted.lines, accepted.is_nil, accepted.contacts):
        text = _(
            "Nothing is corrected yet: all is as in version %(number)s, which is accepted. Change what is wrong, or give up the correction."
        )
        yield Finding("correction_unchanged", text % {"number": accepted.number})


def answers_of(reading: Reading, facts: Facts) -> list[ReasonReply]:
    """The reasons of the version that came back, with what answers them."""
    minimum = explanation_length(facts.thresholds)
    return replies_to(facts.sent_back, facts.replies, reading, is_nil=facts.is_nil, minimum=minimum)


def texts_without_identity_numbers(found: Iterable[Finding], facts: Facts) -> list[Finding]:
    """What explains a figure and what answers a reason is frozen with the version, so no personal data may be in it."""
    texts = {f"explain-{each.key}": facts.explanations.get(each.key, "") for each in found if each.key}
    texts |= {f"reply-{each.key}": facts.replies.get(each.key, "") for each in facts.sent_back.points}
    return [
        Finding("identity_number", PROBLEMS["identity_number"].sentence({}), column=name)
        for name, text in texts.items()
        if holds_identity_number(text)
    ]


def explanation_length(thresholds: Mapping[str, Any]) -> int:
    """How many characters an explanation has at least."""
    return thresholds.get("explanation_length", 8)


# --- soft


def average_is_plausible(reading: Reading, facts: Facts) -> Iterator[Finding]:
    for line in reading.lines:
        for sessions, attendances in facts.pairs():
            held, attended = _pair(line, sessions, attendances)
            if not held or not attended or attended < held:
                continue
            low, high = (
                facts.limit("average_low", attendances.code),
                facts.limit("average_high", attendances.code),
            )
            if (low and attended < low * held) or (high and attended > high * held):
                text = _("%(attended)s attendances in %(held)s sessions are %(average)s each, which is unusual.") % {
                    "attended": attended, "held": held, "average": _tenths(attended, held),
                }  # fmt: skip
                yield _soft(
                    "unusual_average", where(line.row, attendances.name) + text,
                    line.key, attendances.code, held, attended, row=line.row, column=attendances.code,
                )  # fmt: skip


def row_is_not_too_large(reading: Reading, facts: Facts) -> Iterator[Finding]:
    for line in reading.lines:
        for column in facts.fields:
            limit, value = facts.limit("row_high", column.code), line.value(column.code)
            if limit is not None and value > limit:
                text = _(
                    "%(value)s from one provider in one period: titles are counted, not copies or variants."
                ) % {"value": value}
                yield _soft(
                    "row_high", where(line.row, column.name) + text,
                    line.key, column.code, value, row=line.row, column=column.code,
                )  # fmt: skip


def training_is_not_outreach(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """An activity is a short training or an outreach visit, never both."""
    pairs = list(facts.pairs())
    for line in reading.lines:
        figures = [_pair(line, *pair) for pair in pairs]
        if len(pairs) > 1 and any(figures[0]) and all(each == figures[0] for each in figures):
            text = _("“%(one)s” and “%(other)s” have the same figures. Was one activity counted twice?") % {
                "one": pairs[0][0].name, "other": pairs[1][0].name,
            }  # fmt: skip
            yield _soft(
                "pairs_identical",
                where(line.row) + text,
                line.key,
                *figures[0],
                row=line.row,
                column=pairs[1][0].code,
            )


def not_cumulative_by_mistake(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """Every value ≥ last period's for the same providers, or all the same: the year's total typed by mistake?"""
    common = [(line, facts.previous[line.key]) for line in reading.lines if line.key in facts.previous]
    pairs = [
        (line.value(each.code), before.get(each.code) or 0)
        for line, before in common
        for each in facts.fields
    ]
    if not any(before for _now, before in pairs):
        return
    if all(now == before for now, before in pairs):
        text = _("The figures of the same providers are identical to last period's. Were they copied?")
        yield _soft("identical", text, *pairs)
    elif all(now >= before for now, before in pairs):
        text = _(
            "Every figure is at least last period's for the same providers. Was the year's total typed by mistake?"
        )
        yield _soft("cumulative", text, *pairs)


def year_is_plausible(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """Of each task of the year: a column's own, or the one that it shares with others, once."""
    limit, totals = facts.limit("year_percent_high"), reading.totals(facts.fields)
    for name, key, target, parts in _tasks(facts.fields):
        now = sum(totals[code] for code in parts)
        year = now + sum(facts.earlier.get(code, 0) for code in parts)
        if limit and target and now and year * 100 > target * limit:
            text = _("“%(column)s”: with this period the year has %(year)s, the task is %(target)s.") % {
                "column": name, "year": year, "target": target,
            }  # fmt: skip
            yield _soft("year_high", text, key, year)


def _tasks(fields: Sequence[Field]) -> Iterator[tuple[str, str, int, tuple[str, ...]]]:
    """(name, key, target, columns that are added up) of each."""
    yield from (
        (each.name, each.code, each.target, (each.code,)) for each in fields if each.target is not None
    )
    for shared in dict.fromkeys(each.shared for each in fields if each.shared):
        yield shared.name, "+".join(shared.parts), shared.target, shared.parts


def not_all_zero_after_activity(reading: Reading, facts: Facts) -> Iterator[Finding]:
    if (
        reading.lines
        and any(facts.previous_totals.values())
        and not any(reading.totals(facts.fields).values())
    ):
        yield _soft("all_zero", _("Last period had activity, this one is all zero. Is it complete?"), "zero")


def row_is_no_sum(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """A row whose figures are those of the rows above it added up, or of all others: a total under a provider's name?"""
    figures = [[line.value(each.code) for each in facts.fields] for line in reading.lines]
    for place, line in enumerate(reading.lines):
        if parts := parts_of(place, figures):
            text = _("Its figures are those of the rows %(rows)s added up. Is it a total? Then remove it.")
            rows = _(", ").join(str(reading.lines[each].row + 1) for each in parts)
            yield _soft(
                "row_is_sum", where(line.row) + text % {"rows": rows},
                line.key, *figures[place], row=line.row, column="provider",
            )  # fmt: skip


def activities_are_explained(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """What an activity wants explained (D24): beside the activity itself, or here."""
    computed = facts.computed.by_key
    for line in reading.lines:
        for each in computed[line.key].questions if line.key in computed else ():
            yield _soft(
                UNEXPLAINED,
                where(line.row) + each.text,
                line.key,
                *each.facts,
                row=line.row,
                column="provider",
            )


def typed_figures_are_reported(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """Figures typed for a provider of which nothing is recorded: what would be reported is 0."""
    for line in reading.lines:
        found = facts.computed.by_key.get(line.key)
        unread = [each for each in reading.unread if each.row == line.row]
        if found and not found.is_there and unread:
            text = _(
                "Nothing of “%(provider)s” is recorded in this period, so 0 would be reported and not what is typed. "
                "Record the activities or have the figures typed; otherwise say why 0 is right."
            ) % {"provider": line.provider}
            facts_of_it = [each.text for each in unread]
            yield _soft(
                "typed_not_reported", where(line.row) + text, line.key, *facts_of_it, row=line.row, column="provider"
            )  # fmt: skip


def provider_is_our_own(reading: Reading, facts: Facts) -> Iterator[Finding]:
    for line in reading.lines:
        if other := next((name for name in facts.other_tenants if line.provider.startswith(name)), None):
            text = _("“%(provider)s” is named after %(other)s. Does it belong in your return?") % {
                "provider": line.provider, "other": other,
            }  # fmt: skip
            yield _soft(
                "other_tenants_name", where(line.row) + text, line.key, row=line.row, column="provider"
            )


# --- information


def work_without_a_task(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """Columns of attendances are left out: those of their sessions are reported."""
    totals, is_assigned = reading.totals(facts.fields), any(each.has_task for each in facts.fields)
    for column in facts.fields:
        is_extra = not column.has_task and column.is_loaded and not column.sessions
        if is_assigned and totals[column.code] and is_extra:
            text = _("“%(column)s”: there is no task for it; the figure counts and shows without a rate.") % {
                "column": column.name
            }
            yield Finding("extra_work", text, is_hard=False)


def provider_is_known_otherwise(reading: Reading, facts: Facts) -> Iterator[Finding]:
    """A name so like another that it may be the same provider: a hint with the name, never an obstacle. (An alias is read
    as its provider: `entry.reading`.)"""
    register = Register(facts.register)
    for line in reading.lines:
        if not line.key or register.holds(line.key):
            continue
        if name := register.like(line.provider):
            text = _("“%(provider)s” is very like “%(name)s”. Is it the same provider?")
            text = where(line.row) + text % {"provider": line.provider, "name": name}
            yield Finding("provider_alike", text, line.row, "provider", is_hard=False, offer=name)
        register.add(line.provider)


CHECKS: list[Check] = [
    rows_or_nil,
    sessions_and_attendances_go_together,
    attendances_at_least_sessions,
    contacts_given,
    reasons_are_answered,
    correction_changes_something,
    average_is_plausible,
    row_is_not_too_large,
    training_is_not_outreach,
    not_cumulative_by_mistake,
    year_is_plausible,
    not_all_zero_after_activity,
    row_is_no_sum,
    activities_are_explained,
    typed_figures_are_reported,
    provider_is_our_own,
    work_without_a_task,
    provider_is_known_otherwise,
]


def _pair(line: ReadLine, sessions: Field, attendances: Field) -> tuple[int | None, int | None]:
    """Both figures as read; a cell that could not be read is None, one that says “no task” is 0."""
    return line.figure(sessions.code), line.figure(attendances.code)


def _tenths(numerator: int, denominator: int) -> str:
    """A quotient with one decimal, for a sentence."""
    tenths = (numerator * 10 + denominator // 2) // denominator
    return f"{tenths // 10}.{tenths % 10}"
