"""What the two Django applications have in common: one process, one SQLite file, nothing left behind.

    serve(port, token, apps, settings)

It starts from nothing at each start: the database lies in a temporary folder that goes with the process.
"""

import hmac
import secrets
import tempfile

import django
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

HOST = "127.0.0.1"


def serve(port, token, apps, settings):
    """Configures Django, makes the tables, and serves until a signal comes."""
    with tempfile.TemporaryDirectory(prefix="scim-") as folder:
        django_settings.configure(
            SECRET_KEY=secrets.token_hex(),
            ALLOWED_HOSTS=[HOST],
            USE_TZ=True,
            ROOT_URLCONF="urls",
            SCIM_TOKEN=token,
            INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            DATABASES={
                "default": {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": f"{folder}/db.sqlite3",
                    # Writers wait for each other in place of failing.
                    "OPTIONS": {"timeout": 30, "transaction_mode": "IMMEDIATE"},
                }
            },
            **settings,
        )
        django.setup()
        call_command("migrate", run_syncdb=True, verbosity=0)
        Server(port).run()


def has_token(request):
    """Whether a request brings the bearer token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), django_settings.SCIM_TOKEN.encode())


class Server(BaseApplication):
    """gunicorn with one worker, which says when it is ready."""

    def __init__(self, port):
        self.port = port
        super().__init__()

    def load_config(self):
        for name, value in {
            "bind": f"{HOST}:{self.port}",
            "workers": 1,
            "threads": 4,
            "loglevel": "warning",
            "post_worker_init": lambda _: print(f"Serving SCIM on http://{HOST}:{self.port}/scim/v2", flush=True),
        }.items():
            self.cfg.set(name, value)

    def load(self):
        return get_wsgi_application()
