"""How a file leaves the portal: as an attachment, with its Chinese name, never cached."""

from typing import BinaryIO

from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from ..excel.kinds import XLSX


def workbook_response(content: bytes, file_name: str) -> HttpResponse:
    return content_response(content, file_name, XLSX)


def content_response(content: bytes, file_name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    response["Cache-Control"] = "private, no-store"
    return response


def file_response(file: BinaryIO | File, file_name: str, media_type: str) -> FileResponse:
    """A file that is read while it is sent."""
    response = FileResponse(file, as_attachment=True, filename=file_name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return response
