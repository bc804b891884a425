#!/usr/bin/env python
"""Run a management command: `script/manage COMMAND` sets up the environment first."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError


def main() -> None:
    """A database that takes nothing is told in a sentence that says what to do, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except (DatabaseError, OSError) as fault:
        from portal import database_faults

        if sentence := database_faults.sentence(fault):
            sys.exit(f"{sentence}\n({fault})")
        raise


if __name__ == "__main__":
    main()
