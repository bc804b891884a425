"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from django.db import connection, connections  # noqa: E402

from . import patience, walls  # noqa: E402 -- models can be imported only now

connections.close_all()
patience.limit(connection)
walls.refuse_privileged_role()
