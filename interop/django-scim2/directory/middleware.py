"""The login, which the library leaves to the application."""

from serve import has_token


class Client:
    """Who sends a request. It is a program, none of the users."""

    def __init__(self, is_authenticated):
        self.is_authenticated = is_authenticated


def bearer_token(get_response):
    """Logs in whoever brings the token."""

    def respond(request):
        request.user = Client(has_token(request))
        return get_response(request)

    return respond
