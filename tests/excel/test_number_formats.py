"""A number format shows the cell's number, another one, or none."""

import pytest

from reporting.excel.number_formats import shows_another

COMMA = r'_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"??_ ;_ @_ '
SAME = [
    ("General", 12), ("G/通用格式", 12), ("@", 12), ("0", 0), ("0_ ", 12), ("#,##0", 1200), ("#,##0.00", 12), (COMMA, 12), (COMMA, 0),
    (r"_(* #,##0.00_);_(* \(#,##0.00\);_(* \"-\"??_);_(@_)".replace('\\"', '"'), 12), ('0"场"', 12), ('0"人次"', 12), ("0;[Red]-0", 12),
    ("[DBNum1][$-804]General", 12), ("[$-804]0", 12), ('"¥"#,##0', 12), ("0_);[红色](0)", 12), ("000", 7), ("[蓝色]0", 12),
]  # fmt: skip
ANOTHER = [
    ("0%", 12), (";;;", 12), ("0,", 12000), ("0,,;0", 1), ('0"万"', 12), ('0"00"', 12), ("0.00E+00", 12), ('"约"0', 12), ("0!.0,", 12000),
    ('"12"', 3), ("0-00", 123), ('0"场"00', 123), ("# ?/?", 12), ('"-"0', 12), ("[>10]0", 12), ("[白色]0", 12), ('0;-0;;@', 0), ("0‰", 12),
    ('0"千"', 12), ('0\\0', 12), ("yyyy", 12),
]  # fmt: skip


@pytest.mark.parametrize(("number_format", "value"), SAME)
def test_it_shows_the_number(number_format, value):
    assert not shows_another(number_format, value)


@pytest.mark.parametrize(("number_format", "value"), ANOTHER)
def test_it_shows_another_or_none(number_format, value):
    assert shows_another(number_format, value)
