"""The smallest Django project with django-scim2-server: server.py PORT TOKEN

The library's own adapters on Django's own users and groups; nothing is mended here.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "django"))

from serve import serve  # noqa: E402

if __name__ == "__main__":
    _, port, token = sys.argv
    serve(port, token, apps=["django_scim2_server"], settings={"SCIM2_SERVER_AUTH_CHECK": "serve.has_token"})
