import pytest


@pytest.fixture(autouse=True)
def stored_files(settings, tmp_path):
    """The folder that attached files lie in."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploading"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return settings.MEDIA_ROOT
