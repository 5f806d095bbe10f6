import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from zxcvbn import matching

from accounts import passwords
from accounts.models import User

DANA = User(name="Dana de Vries", email="dana.devries@example.org")


def codes(password: str) -> list[str]:
    try:
        validate_password(password, DANA)
    except ValidationError as refused:
        return [str(error.code) for error in refused.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "juweel trap zeven mist",
        "vijf ééuwige pinguïns",
        "welkom in ons kleine huis",
        "x7#Kq!vR2$wLp9",
    ],
)
def test_a_good_password_is_taken(password):
    assert codes(password) == []


@pytest.mark.parametrize(
    "password",
    [
        "welkom2026!!",
        "Wachtwoord123",
        "zomer2026zomer",
        "motdepasse2026",
        "azertyuiop12",
        "danadevries12",
        "aaaaaaaaaaaa",
    ],
)
def test_what_a_guesser_tries_first_is_refused(password):
    assert "password_easy_to_guess" in codes(password)


def test_twelve_characters_at_least():
    assert "password_too_short" in codes("xK9#vQ2!mZ7")
    assert codes("xK9#vQ2!mZ7p") == []


def test_128_characters_at_most():
    long = "juweel trap zeven mist oever wolk "

    assert codes((long * 5)[:128]) == []
    assert codes((long * 5)[:129]) == ["password_too_long"]


def test_no_password_makes_the_estimate_try_more_than_a_few_readings(monkeypatch):
    """Each way to read figures and signs as letters costs a search: 576 ways took twelve seconds."""
    read: list[str] = []

    def estimate(text: str, user_inputs: list[str]) -> dict[str, int]:
        read.append(text)
        return {"score": 4}

    monkeypatch.setattr(passwords, "zxcvbn", estimate)

    codes("4@8({[<369!1|0$5+7%2" * 6)

    subtable = matching.relevant_l33t_subtable(read[0], matching.L33T_TABLE)
    assert len(matching.enumerate_l33t_subs(subtable)) == 12
    assert len(read[0]) == 72
