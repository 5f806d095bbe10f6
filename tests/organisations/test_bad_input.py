"""Whatever is sent, nobody gets an error of ours, and nothing changes."""

import pytest
from django.urls import reverse

from organisations.models import Invitation, Membership, Organisation

FORM = "application/x-www-form-urlencoded"
BODIES = {
    "bytes": (b"\xff\xfe\x00\x01", FORM),
    "nul": (b"name=%00&email=%00@example.org&role=%00&country=%00&embed_domains=%00&accent=%00", FORM),
    "surrogates": (b"name=%ED%A0%80&email=%ED%A0%80@example.org&role=%ED%A0%80", FORM),
    "duplicates": (b"role=owner&role=emperor&name=a&name=&email=a@example.org&email=b", FORM),
    "many": (b"&".join(b"name=x" for _ in range(3000)), FORM),
    "long": (b"name=" + b"x" * 1_000_000 + b"&role=" + b"x" * 100_000, FORM),
    "numbers": (b"lead_retention_days=1e400&role=1e400&name=NaN", FORM),
    "huge": (b"lead_retention_days=" + b"9" * 10_000, FORM),
    "json": (b'{"role": {"a": ["' + b"[" * 1000 + b'"]}}', "application/json"),
    "multipart": (b"--x\r\nContent-Disposition: form-data; na", "multipart/form-data; boundary=x"),
    "boundary": (b"--", "multipart/form-data"),
    "charset": (b"name=x&role=emperor", f"{FORM}; charset=utf-99"),
}
PATHS = [
    "/o/%00/",
    "/o/ac%0Ame/",
    "/o/acme%2F..%2Fglobex/",
    "/o/acme/members/not-a-uuid/role/",
    "/o/acme/members/%00/role/",
    f"/o/{'a' * 5000}/",
    "/invitations/%00/",
    "/invitations/%ED%A0%80/",
    f"/invitations/{'a' * 5000}/",
    "/invitations/pending/not-a-uuid/",
    "/o/acme/members/?role=%00",
]


@pytest.fixture
def client(alice, sign_in):
    found = sign_in(alice.user)
    found.raise_request_exception = False
    return found


def _pages(alice, bob):
    here = {"organisation": alice.organisation.slug}
    return [
        reverse("organisations:found"),
        reverse("organisations:accept-invitation", args=["x"]),
        *(reverse(f"organisations:{name}", kwargs=here) for name in ("settings", "invite")),
        reverse("organisations:member-role", kwargs={**here, "member": bob.membership.pk}),
    ]


def _everything():
    return [list(model.objects.order_by("pk").values()) for model in (Organisation, Membership, Invitation)]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_any_kind(alice, bob, client, body):
    content, content_type = BODIES[body]
    before = _everything()

    statuses = [
        client.generic("POST", page, content, content_type=content_type).status_code
        for page in _pages(alice, bob)
    ]

    assert [status for status in statuses if not 400 <= status < 500] == []
    assert _everything() == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_of_any_kind(client, path, method):
    assert getattr(client, method)(path).status_code < 500


@pytest.mark.parametrize("role", ["%00", "%ED%A0%80", "x" * 5000, "owner&role=emperor", ""])
def test_a_query_of_any_kind(alice, bob, client, role):
    kwargs = {"organisation": alice.organisation.slug, "member": bob.membership.pk}

    response = client.get(f"{reverse('organisations:member-role', kwargs=kwargs)}?role={role}")

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["role"])
