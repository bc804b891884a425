"""What is measured: each needs the apps loaded before it names a model."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()
