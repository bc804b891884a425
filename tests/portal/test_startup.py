"""What a short command loads: what it needs, and not the pages, the workbooks and the broker's client besides."""

import subprocess
import sys

UNASKED = {"celery", "holidays", "openpyxl", "portal.urls", "requests"}
COMMAND = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(["manage.py", "targets", "--programme=x", "--year=2021", "--format=json"])
except Exception:
    pass  # there is no database
print(*sorted(sys.modules))
"""


def test_a_command_that_reads_loads_neither_pages_nor_workbooks_nor_a_broker(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    run = subprocess.run([sys.executable, "-c", COMMAND], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "targets.management.commands.targets" in loaded
    assert loaded & UNASKED == set()
