"""A small Django project with django-scim2: server.py PORT TOKEN

The library's own adapters, views and filters on the models of `directory`; nothing is mended here.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "django"))

from serve import HOST, serve  # noqa: E402

if __name__ == "__main__":
    _, port, token = sys.argv
    serve(
        port,
        token,
        apps=["directory", "django_scim"],
        settings={
            "AUTH_USER_MODEL": "directory.User",
            "MIDDLEWARE": ["directory.middleware.bearer_token", "django_scim.middleware.SCIMAuthCheckMiddleware"],
            "SCIM_SERVICE_PROVIDER": {
                "SCHEME": "http",
                "NETLOC": f"{HOST}:{port}",
                "GROUP_MODEL": "directory.models.Group",
                "AUTHENTICATION_SCHEMES": [
                    {
                        "type": "oauthbearertoken",
                        "name": "OAuth Bearer Token",
                        "description": "A bearer token in the Authorization header",
                    }
                ],
                "WWW_AUTHENTICATE_HEADER": 'Bearer realm="django-scim2"',
            },
        },
    )
