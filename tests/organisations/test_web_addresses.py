"""Which addresses of pages we print and link to."""

import pytest
from django.core.exceptions import ValidationError

from organisations.web_addresses import public_web_address


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org",
        "https://www.example.org:8443/privacy?lang=nl#top",
        "https://müller.example/privé",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://www.example.org/@acme",
    ],
)
def test_public_addresses_pass(address):
    public_web_address(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://user@www.example.org/", "user_name"),
        ("https://www.example.org@evil.example/", "user_name"),
        ("https://user:secret@www.example.org/", "user_name"),
        ("https://@www.example.org/", "user_name"),
        ("javascript:alert(1)", "scheme"),
        ("ftp://www.example.org/", "scheme"),
        ("data:text/html,x", "scheme"),
        ("//www.example.org/", "scheme"),
        ("https://www.example.org/\x00", "characters"),
        ("https://www.example.org/\x1b[2J", "characters"),
        ("https://www.example.org/\u202ecod", "characters"),
        ("https://www.exam\u200bple.org/", "characters"),
        ("https://www.example.org\\@evil.example/", "characters"),
        ("https://127.0.0.1/", "private"),
        ("https://127.1/", "private"),
        ("https://2130706433/", "private"),
        ("https://0x7f000001/", "private"),
        ("https://0x7f.1/", "private"),
        ("https://10.0.0.1/", "private"),
        ("https://172.16.5.4/", "private"),
        ("https://192.168.0.1:8443/", "private"),
        ("https://100.64.0.1/", "private"),
        ("https://169.254.169.254/latest/", "private"),
        ("https://224.0.0.1/", "private"),
        ("https://10.0.0.1./", "private"),
        ("https://１０.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://[fd00::1]/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("https://[64:ff9b::7f00:1]/", "private"),
        ("https://[2002:7f00:1::]/", "private"),
        ("https://localhost/", "private"),
        ("https://shop.localhost/", "private"),
        ("https://printer.local/", "private"),
        ("https://intranet/", "private"),
        ("https:///privacy", "private"),
        ("https://[::1/", "invalid"),
        ("https://www.example.org:99999/", "invalid"),
    ],
)
def test_others_are_refused_for_a_reason(address, code):
    with pytest.raises(ValidationError) as refusal:
        public_web_address(address)

    assert refusal.value.code == code
