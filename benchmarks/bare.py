"""The yardstick: the least that Django can do to store something behind the wall. Frozen; do not improve it.

It is sent the same requests as the real endpoint. One view, no middleware, one persistent connection with Django's defaults, constants for values:
BEGIN, set_config, two INSERTs, COMMIT. Five statements, **two rows** (``bench_lead``, ``bench_outbox``);
the real endpoint writes five (lead, contact, origin, usage, job). The tables have the wall's own policy
and the indexes of a lead table (``benchmarks.bare_schema``).
"""

import os
import uuid
from typing import Any

import uuid_utils.compat
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bare_settings")

ROWS = 2
ORGANISATION = uuid.UUID("01900000-0000-7000-8000-000000000001")
_LEAD = """
INSERT INTO bench_lead (id, organisation_id, status, configuration, name, email, phone, email_bidx, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now() + interval '365 days')
"""
_OUTBOX = "INSERT INTO bench_outbox (id, organisation_id, kind, payload) VALUES (%s, %s, %s, %s)"
_CONFIGURATION = '{"width": "400", "depth": "300", "roof": "clear", "walls": ["left"], "gross": "8250.00"}'
_SEALED = b"\x01" * 45


def insert(request: HttpRequest) -> HttpResponse:
    lead = uuid_utils.compat.uuid7()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation_id', %s, true)", [str(ORGANISATION)])
        values: list[Any] = [
            lead,
            ORGANISATION,
            "new",
            _CONFIGURATION,
            _SEALED,
            _SEALED,
            _SEALED,
            b"\x02" * 32,
        ]
        cursor.execute(_LEAD, values)
        cursor.execute(_OUTBOX, [uuid_utils.compat.uuid7(), ORGANISATION, "lead.created", '{"lead": "1"}'])
    return HttpResponse(b'{"reference": "aBcDeFgHiJ"}', content_type="application/json", status=201)


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok")


urlpatterns = [path("insert", insert), path("alive", alive)]
application = get_wsgi_application()
