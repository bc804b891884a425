"""What a file holds does not depend on the database: the corpus is walked once, on SQLite."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _only_once():
    if connection.vendor != "sqlite":
        pytest.skip("the corpus is walked on SQLite")
