import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_person_changes_their_name(dana, signed_in):
    signed_in(dana).post("/account/", {"name": "Dana de Vries"})

    assert User.objects.get().name == "Dana de Vries"


def test_nothing_but_the_name_is_taken_from_that_form(dana, signed_in):
    form = {"name": "Dana", "email": "evil@example.com", "is_active": "", "session_epoch": "9"}

    signed_in(dana).post("/account/", form)

    person = User.objects.get()
    assert (person.email, person.is_active, person.session_epoch) == ("dana@example.org", True, 0)


def test_the_language_is_remembered_for_the_person(dana, signed_in):
    response = signed_in(dana).post("/account/language/", {"language": "fr", "next": "/account/"})

    assert response.headers["Location"] == "/account/"
    assert User.objects.get().language == "fr"


def test_the_language_of_a_visitor_is_two_letters_in_a_cookie(client, db):
    response = client.post("/account/language/", {"language": "nl", "next": "/sign-in/"})

    cookie = response.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("nl", True, "Lax")
    assert client.get("/sign-in/").headers["Content-Language"] == "nl"


@pytest.mark.parametrize("language", ["de", "", "nl\x00", "../nl", "x" * 5000])
def test_a_language_that_we_do_not_speak_is_refused(client, db, language):
    response = client.post("/account/language/", {"language": language})

    assert response.status_code == 422
    assert "language" not in response.cookies


def test_the_language_leads_back_only_to_this_site(db):
    response = Client().post(
        "/account/language/",
        {"language": "nl", "next": "https://evil.example.com/"},
        headers={"Referer": "https://evil.example.com/"},
    )

    assert response.headers["Location"] == "/home/"


def test_pages_speak_the_persons_language_in_any_browser(dana, signed_in, settings):
    ours = "accounts.language.PersonsLanguageMiddleware"
    others = [path for path in settings.DASHBOARD_MIDDLEWARE if path != ours]
    settings.DASHBOARD_MIDDLEWARE = [*others, ours]
    User.objects.update(language="fr")

    response = signed_in(dana).get("/account/", headers={"Accept-Language": "nl"})

    assert '<html lang="fr">' in response.content.decode()
