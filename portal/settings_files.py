"""Settings about files: where they lie, what may be attached to a return, the virus scanner. `portal.settings` takes them in.

PORTAL_EVIDENCE_TYPES  which kinds of files are taken, of jpg,png,pdf,xlsx (all four)
PORTAL_EVIDENCE_MB     how large one of them may be, in megabytes (10)
PORTAL_EVIDENCE_FILES  how many files one return may have (20)
PORTAL_EVIDENCE_TOTAL_MB  and how large they may be together (100)
PORTAL_CLAMD           ClamAV's clamd: tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl (default: nothing is scanned)
PORTAL_CLAMD_SECONDS   how long it may take over one file (20)
PORTAL_S3_BUCKET       files in this bucket instead of PORTAL_DATA_DIR/files
PORTAL_S3_ENDPOINT, _REGION, _ACCESS_KEY, _SECRET_KEY, _PREFIX
                       where it is, who may, and below which name in it
"""

import environ

env = environ.Env()

_MEGABYTE = 1024 * 1024

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * _MEGABYTE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500  # 200 rows x 8 columns and their explanations
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_LIMIT = 6 * _MEGABYTE  # a whole form with its files; a workbook may have 5 MB
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750

# --- what may be attached to a return

EVIDENCE_TYPES = env.list("PORTAL_EVIDENCE_TYPES", default=["jpg", "png", "pdf", "xlsx"])
EVIDENCE_MB = env.int("PORTAL_EVIDENCE_MB", default=10)
EVIDENCE_FILES = env.int("PORTAL_EVIDENCE_FILES", default=20)
EVIDENCE_TOTAL_MB = env.int("PORTAL_EVIDENCE_TOTAL_MB", default=100)
# {name of an address: bytes of a whole form with its files}, where it is more than UPLOAD_LIMIT: a few files at once.
UPLOAD_LIMITS = dict.fromkeys(
    ("evidence-new", "activity-files", "material-files", "survey-edit"), (3 * EVIDENCE_MB + 1) * _MEGABYTE
)

# --- the virus scanner

CLAMD = env.str("PORTAL_CLAMD", default="")
CLAMD_SECONDS = env.float("PORTAL_CLAMD_SECONDS", default=20)

# --- where files lie

_BUCKET = env.str("PORTAL_S3_BUCKET", default="")
_S3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": _BUCKET,
        "endpoint_url": env.str("PORTAL_S3_ENDPOINT", default="") or None,
        "region_name": env.str("PORTAL_S3_REGION", default="") or None,
        "access_key": env.str("PORTAL_S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("PORTAL_S3_SECRET_KEY", default="") or None,
        "location": env.str("PORTAL_S3_PREFIX", default=""),
        "addressing_style": "path" if env.str("PORTAL_S3_ENDPOINT", default="") else "auto",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "default_acl": None,  # the bucket's own, which is private
        "object_parameters": {"ContentType": "application/octet-stream"},
    },
}
_LOCAL = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES = {
    "default": _S3 if _BUCKET else _LOCAL,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
