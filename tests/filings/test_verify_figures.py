"""Whatever is done to frozen figures past the actions, `verify_figures` finds and names it."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.models import HistoryEntry
from reporting.filings import actions as filing_actions
from reporting.filings import transition
from reporting.models import Filing, Line, Total, Version

from ..factories import accepted, membership, nil, row, started, submitted
from ..tampering import tamper, unfrozen

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filing(clerk, neighbour) -> Filing:
    """椒江's accepted return; 黄岩 has a nil return."""
    nil(neighbour)
    return accepted(clerk)


def change(table: str, column: str, value: object) -> None:
    table = f"reporting_{table}"
    tamper(table, f"UPDATE {table} SET {column} = %s WHERE tenant_id = %s", value, _tenant())


def _tenant() -> int:
    return Filing.objects.get(tenant__code="jiaojiang").tenant_id


def verify(*arguments: str) -> str:
    output = StringIO()
    call_command("verify_figures", *arguments, stdout=output)
    return output.getvalue()


def found(*arguments: str) -> list[str]:
    """The lines that the command fails with."""
    with pytest.raises(CommandError) as caught:
        verify(*arguments)
    return str(caught.value).split("\n")


def test_it_counts_what_is_whole(filing, clerk, reviewer):
    started(membership("luqiao-preparer"))
    filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=clerk)
    submitted(clerk, row("椒江区社区学院", 2, 90))
    assert re.findall(r"\d+", verify()) == ["3", "3"]


@pytest.mark.parametrize(
    ("table", "column", "value", "faults"),
    [
        ("line", "provider", "另一所学校", 1),
        ("line", "position", 2, 1),
        ("total", "value", 999, 1),
        ("version", "is_nil", True, 1),
        ("version", "explanations", "[{}]", 1),
        ("version", "preparer", "另一个人", 1),
        ("version", "head", "另一个人", 1),
        ("version", "telephone", "另一个号码", 1),
        ("version", "notices", '["另一句话"]', 1),
        ("version", "editors", "[]", 1),
        ("version", "is_supplementary", True, 1),
        ("version", "digest", "0" * 64, 3),
        ("version", "receipt_number", "taizhou-2022Q1-jiaojiang-1-00000000", 1),
        ("version", "submitted_at", "2022-03-01 00:00:00+00:00", 2),
        ("version", "correction_reason", "另一个理由", 1),
        ("filing", "status", "draft", 1),
        ("filing", "revision", 99, 1),
        ("filing", "first_submitted_at", "2022-03-01 00:00:00+00:00", 1),
    ],
)
def test_it_finds_what_was_altered(filing, table, column, value, faults):
    change(table, column, value)
    named = found()
    assert len(named) == faults
    assert all(line.startswith("jiaojiang 2022Q1 ") for line in named)
    verify("--tenant", "huangyan")


def test_it_finds_figures_altered_with_totals_digest_and_receipt(filing):
    """Everything that can be recomputed was recomputed: the history still names the digest that was submitted."""
    line, version = Line.objects.get(version=filing.accepted), filing.accepted_version()
    lines = as_frozen(line)
    lines[0]["values"] = line.values | {"training_attendances": 400}
    digest = transition.content_digest(version, lines)
    with unfrozen("reporting_line"), unfrozen("reporting_total"), unfrozen("reporting_version"):
        Line.objects.filter(pk=line.pk).update(values=lines[0]["values"])
        Total.objects.filter(version=version, indicator="training_attendances").update(value=400)
        receipt = transition.receipt_number(filing, 1, digest)
        Version.objects.filter(pk=version.pk).update(digest=digest, receipt_number=receipt)
    assert len(found()) == 1


@pytest.fixture
def former(filing) -> Filing:
    """A return that was submitted when a digest was over lines and explanations only, history and all."""
    version = filing.accepted_version()
    digest = transition.content_digest(version, as_frozen(Line.objects.get(version=version)), scheme=1)
    with unfrozen("reporting_version", "portal_historyentry"):
        receipt = transition.receipt_number(filing, 1, digest)
        Version.objects.filter(pk=version.pk).update(digest=digest, receipt_number=receipt)
        HistoryEntry.objects.filter(version_digest=version.digest).update(version_digest=digest)
    return filing


def test_it_takes_a_version_by_the_scheme_that_it_was_written_with(former):
    assert re.findall(r"\d+", verify()) == ["2", "2"]
    change("line", "provider", "另一所学校")
    assert len(found()) == 1


def test_a_former_digest_does_not_cover_contacts(former):
    """As the decision about schemes says."""
    change("version", "head", "另一个人")
    verify()


def as_frozen(line: Line) -> list[dict]:
    return [
        {
            name: getattr(line, name)
            for name in ("position", "provider", "provider_key", "values", "computed")
        },
    ]


def test_it_finds_a_total_taken_out(filing):
    tamper(
        "reporting_total",
        "DELETE FROM reporting_total WHERE tenant_id = %s AND indicator = 'cases'",
        _tenant(),
    )
    assert len(found()) == 1


def test_it_finds_a_figure_on_a_nil_return(filing):
    statement = "UPDATE reporting_total SET value = 5 WHERE tenant_id <> %s AND indicator = 'cases'"
    tamper("reporting_total", statement, _tenant())
    assert found() == found("--tenant", "huangyan")


def test_it_finds_a_version_taken_out(clerk):
    filing = submitted(clerk)
    Filing.objects.filter(pk=filing.pk).update(
        latest=None, first_submitted_at=None, first_due_at=None, status="draft"
    )
    for table in ("total", "line", "version"):
        key = "id" if table == "version" else "version_id"
        tamper(f"reporting_{table}", f"DELETE FROM reporting_{table} WHERE {key} = %s", filing.latest_id)
    assert len(found()) == 2


def test_it_finds_a_return_without_history(filing):
    tamper("portal_historyentry", "DELETE FROM portal_historyentry WHERE tenant_id = %s", _tenant())
    assert len(found()) == 2
