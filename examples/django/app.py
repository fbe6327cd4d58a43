"""A Django project in one file: it exports a table row by row, as it is made. Nothing here knows of Lambda."""

import csv
import os
import secrets
import time
from collections.abc import Iterator
from types import SimpleNamespace

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=[".on.aws", "127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    # Signs the cookie. Every environment of the function needs the same: set the variable when you deploy.
    SECRET_KEY=os.environ.get("SECRET_KEY") or secrets.token_urlsafe(32),
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)

LINE = SimpleNamespace(write=lambda line: line)  # csv's writer gives back what this does: one line


def export(request: HttpRequest) -> StreamingHttpResponse:
    rows = int(request.get_signed_cookie("rows", default="5"))
    return StreamingHttpResponse(table(rows), content_type="text/csv")


def table(rows: int) -> Iterator[str]:
    line = csv.writer(LINE)
    yield line.writerow(["number", "square"])
    for number in range(1, rows + 1):
        time.sleep(0.3)  # as a query would
        yield line.writerow([number, number**2])


def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the form's number of rows in a signed cookie."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rows = request.POST.get("rows", "")
    if not (rows.isascii() and rows.isdigit() and int(rows) <= 1000):
        return HttpResponse("rows has to be a number up to 1000.\n", status=400, content_type="text/plain")
    answer = HttpResponse(status=204)
    answer.set_signed_cookie("rows", rows, httponly=True, samesite="Lax")
    return answer


urlpatterns = [path("", export), path("rows", choose)]

application = get_wsgi_application()
