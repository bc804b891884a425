"""What kind of file is this, by its content? Whatever it is called."""

_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}


def kind_of_file(content: bytes) -> str:
    """The content type of a picture or a PDF; "" for anything else."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), "")
