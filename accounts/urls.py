"""Where a person signs up, signs in and looks after their account."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from accounts.views import credentials, legal, lost_factor, settings, sign_in, sign_up, two_step

app_name = "accounts"

_LANGUAGE = "(?P<language>nl|en|fr)"
_VERSION = "(?P<version>[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)"


def _text(kind: str, view: Callable[..., HttpResponse]) -> list[URLPattern]:
    """The addresses of a text: in the reader's language, in each language, and each version for ever."""
    return [
        path(f"{kind}/", view, name=kind),
        re_path(f"^{kind}/{_LANGUAGE}/$", view, name=kind),
        re_path(f"^{kind}/{_LANGUAGE}/{_VERSION}/$", view, name=kind),
    ]


urlpatterns = [
    path("sign-up/", sign_up.sign_up, name="sign-up"),
    path("sign-up/done/", sign_up.sign_up_done, name="sign-up-done"),
    path("sign-up/verify/<str:token>/", sign_up.verify, name="verify"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/two-step/", sign_in.two_step, name="two-step"),
    path("sign-in/lost/", lost_factor.ask, name="lost-factor"),
    path("sign-in/lost/<str:token>/", lost_factor.confirm, name="lost-factor-confirm"),
    path("sign-in/lost/<str:token>/stop/", lost_factor.stop, name="lost-factor-stop"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password-reset/", credentials.password_reset, name="password-reset"),
    path("password-reset/done/", credentials.password_reset_done, name="password-reset-done"),
    path("password-reset/<str:token>/", credentials.password_reset_confirm, name="password-reset-confirm"),
    path("account/", settings.settings, name="settings"),
    path("account/step-up/", sign_in.step_up, name="step-up"),
    path("account/language/", settings.language, name="language"),
    path("account/password/", credentials.change_own_password, name="change-password"),
    path("account/email/", credentials.change_own_email, name="change-email"),
    path("account/email/confirm/<str:token>/", credentials.confirm_email, name="confirm-email"),
    path("account/two-step/", two_step.two_step_setup, name="two-step-setup"),
    path("account/two-step/begin/", two_step.two_step_begin, name="two-step-begin"),
    path("account/two-step/off/", two_step.two_step_off, name="two-step-off"),
    path("account/recovery-codes/", two_step.recovery_codes, name="recovery-codes"),
    path("account/sign-out-everywhere/", sign_in.sign_out_everywhere, name="sign-out-everywhere"),
    path("account/report-misuse/", sign_in.report_misuse, name="report-misuse"),
    *_text("terms", legal.terms),
    *_text("processing-agreement", legal.processing_agreement),
    *_text("privacy-policy", legal.privacy_policy),
    *_text("cookies", legal.cookies),
]
