"""The web application for any WSGI server (threads; design: scale decision 2)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jieyue.config.settings")
application = get_wsgi_application()
