"""What is written beside the code says what the code says: the picture of the tables."""

from pathlib import Path

from reporting.management.commands.model_picture import as_markdown

ROOT = Path(__file__).parents[1]


def test_the_picture_of_the_tables_is_printed_from_the_models():
    assert (ROOT / "docs" / "model.md").read_text(encoding="utf-8") == as_markdown()
