"""All settings, in one file; every value that an operator may change is read here by a typed reader."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import databases, environment

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Who we are -------------------------------------------------------------------------------

PORT = environment.number("PORT", 8000, low=1, high=65533)
SITE_URL = environment.origin("SITE_URL", f"http://localhost:{PORT}")
#: The visitor's pages and the embed; a host of its own in production, so that it never sees a cookie.
PUBLIC_URL = environment.origin("PUBLIC_URL", f"http://localhost:{PORT + 1}")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY", at_least=32)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
OVER_TLS = SITE_URL.startswith("https:")
#: Everything runs on this machine: mail lands in a page, and loopback hosts may embed.
EMBEDDED = environment.flag("EMBEDDED", False)
#: Who answers for the data of the platform itself, and where to write about it (promise E21).
PRIVACY_CONTACT_NAME = environment.text("PRIVACY_CONTACT_NAME", "Opmaat" if EMBEDDED else "")
PRIVACY_CONTACT_ADDRESS = environment.text("PRIVACY_CONTACT_ADDRESS", "")
PRIVACY_COUNTRY = environment.text("PRIVACY_COUNTRY", "NL")
SECURITY_CONTACT = environment.text("SECURITY_CONTACT", "security@opmaat.example")
#: The address of the platform's privacy officer, in the texts, the mails and the breach form (E21).
PRIVACY_CONTACT = environment.text("PRIVACY_CONTACT", "privacy@opmaat.example" if EMBEDDED else "")

# --- Stores -----------------------------------------------------------------------------------

DATABASES = databases.aliases(secret_key=SECRET_KEY)
DATABASE_ROUTERS = ["tenancy.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = environment.text("REDIS_URL", "redis://127.0.0.1:6379/0")
KEY_STORE_DIR = environment.folder("KEY_STORE_DIR", BASE_DIR / "var" / "keys")
#: Files that organisations asked for, sealed under their keys, for seven days.
EXPORT_DIR = environment.folder("EXPORT_DIR", BASE_DIR / "var" / "exports")
KEY_STORE_SECRET = environment.text("KEY_STORE_SECRET", at_least=32)
LEDGER_DIR = environment.folder("LEDGER_DIR", BASE_DIR / "var" / "ledger")
BACKUP_DIR = environment.folder("BACKUP_DIR", BASE_DIR / "var" / "backups")
BACKUP_SECRET = environment.text("BACKUP_SECRET", "")
#: Only the worker makes backups; without this it makes none.
BACKUP_DATABASE_URL = databases.role_url("backup", secret_key=SECRET_KEY) or ""
#: A connection that may make databases, in which each week a backup is restored and thrown away.
RESTORE_REHEARSAL_URL = environment.text("RESTORE_REHEARSAL_URL", "")
#: The folder of pg_dump and pg_restore, where they are not on the path.
POSTGRES_PROGRAMS = environment.text("POSTGRES_PROGRAMS", "") or databases.embedded_programs()

# --- Parts ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "tenancy.apps.TenancyConfig",
    "delivery",
    "audit",
    "accounts",
    "organisations",
    "billing",
    "configurators",
    "leads",
    "privacy",
]
MIDDLEWARE = [
    "config.request_log.RequestLogMiddleware",
    "accounts.cookies.OnlyDeclaredCookies",
    "config.security.SecurityHeadersMiddleware",
    "config.security.TlsOnlyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.closed.ClosedUntilReplay",
    "config.stack.DashboardOnly",
]
DASHBOARD_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.sessions.SessionLimitsMiddleware",
    "accounts.language.PersonsLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.middleware.OrganisationMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organisations.context_processors.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "accounts.templatetags.looks",
            ],
        },
    }
]

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.GuessabilityValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "organisations:home"
#: How long a lost second factor stays before it is taken off on demand; in it the demand can be stopped.
LOST_FACTOR_HOURS = environment.number("LOST_FACTOR_HOURS", 72, low=24, high=24 * 30)
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_NAME = "__Host-session" if OVER_TLS else "session"
SESSION_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if OVER_TLS else "csrf"
CSRF_COOKIE_SECURE = OVER_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_TRUSTED_ORIGINS = [SITE_URL]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
OTP_TOTP_ISSUER = "Opmaat"

# --- Getting paid -----------------------------------------------------------------------------

#: Without it nothing is sold and nothing is limited.
STRIPE_SECRET_KEY = environment.text("STRIPE_SECRET_KEY", "")
STRIPE_API_URL = environment.text("STRIPE_API_URL", "https://api.stripe.com")
#: Whose pages a purchase leads to: the forms of our pages that sell may send there, and no others.
STRIPE_PAGES = environment.words(
    "STRIPE_PAGES", "https://checkout.stripe.com,https://billing.stripe.com,https://invoice.stripe.com"
)
#: Those that sign webhooks: two while one replaces the other.
STRIPE_WEBHOOK_SECRETS = environment.words("STRIPE_WEBHOOK_SECRETS")
#: How long an organisation may try everything before it buys.
TRIAL_DAYS = environment.number("TRIAL_DAYS", 14, low=1, high=90)
#: Where the Commission answers for VAT numbers; without it every number is unknown and VAT is charged.
VIES_URL = environment.text(
    "VIES_URL", "" if EMBEDDED else "https://ec.europa.eu/taxation_customs/vies/rest-api"
)
#: Who sells: what the law wants to read on an invoice. Without a VAT number nothing is sold.
SELLER = {
    "name": environment.text("SELLER_NAME", "Opmaat (demonstration)" if EMBEDDED else ""),
    "street": environment.text("SELLER_STREET", "Voorbeeldkade 1" if EMBEDDED else ""),
    "postcode": environment.text("SELLER_POSTCODE", "1000 AA" if EMBEDDED else ""),
    "city": environment.text("SELLER_CITY", "Amsterdam" if EMBEDDED else ""),
    "country": "NL",
    "vat_id": environment.text("SELLER_VAT_ID", "NL000000000B00" if EMBEDDED else ""),
    "registration": environment.text("SELLER_REGISTRATION", "00000000" if EMBEDDED else ""),
}
SELLER_IBAN = environment.text("SELLER_IBAN", "NL00DEMO0000000000" if EMBEDDED else "")
#: The month in which the seller's financial year begins.
SELLER_YEAR_BEGINS = environment.number("SELLER_YEAR_BEGINS", 1, low=1, high=12)
#: The first day above the threshold of article 59c, from which consumers pay the VAT of their own country.
SELLER_OSS_SINCE = environment.text("SELLER_OSS_SINCE", "")

# --- Safety -----------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", False) else None
)
#: How many proxies stand before us and append to X-Forwarded-For; 0 means believe the socket alone.
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0, low=0, high=5)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "frame-src": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Languages --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = OVER_TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True

# --- Files that are the same for everyone -----------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
if EMBEDDED:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
WHITENOISE_USE_FINDERS = EMBEDDED
WHITENOISE_AUTOREFRESH = False

# --- Work and mail ----------------------------------------------------------------------------

#: Ports of this machine that a webhook may call in a demonstration; none unless named.
WEBHOOK_LOOPBACK_PORTS = frozenset(int(port) for port in environment.words("WEBHOOK_LOOPBACK_PORTS"))
MAILBOX_ENABLED = environment.mailbox_is_open(embedded=EMBEDDED)
POSTMARK_SERVER_TOKEN = environment.text("POSTMARK_SERVER_TOKEN", "")
#: What the provider shows when it posts a mail that came in for privacy@; without it nothing is taken in.
INBOUND_MAIL_SECRET = environment.text("INBOUND_MAIL_SECRET", "")
POSTMARK_API_URL = environment.text("POSTMARK_API_URL", "https://api.postmarkapp.com")
#: Lets Postmark be asked to forget a person; it grants this by request. Without it, its period counts.
POSTMARK_ACCOUNT_TOKEN = environment.text("POSTMARK_ACCOUNT_TOKEN", "")
POSTMARK_RETENTION_DAYS = environment.number("POSTMARK_RETENTION_DAYS", 7, low=1, high=45)
#: Who is told when somebody is erased: the adapter of each processor, by its name.
PRIVACY_PROCESSORS = {"postmark": "config.postmark_removal.PostmarkRemoval"}
#: Refuses a host that is of no company that works for us; by its name, for it stands above who asks.
COMPANY_GUARD = "privacy.companies.require_engaged"
EMAIL_BACKEND = "delivery.mailbox.MailboxBackend" if EMBEDDED else "config.postmark.PostmarkBackend"
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Opmaat <post@opmaat.example>")

# --- The API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "leads.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Opmaat",
    "DESCRIPTION": "Requests for an offer, for an organisation's own programs. Read-only.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX_INSERT": "/api/v1",
    "SERVERS": [{"url": SITE_URL}],
}
#: Requests of one API key within a minute, in each web process.
API_PER_MINUTE = environment.number("API_PER_MINUTE", 120, low=1, high=100_000)

# --- Configurators ----------------------------------------------------------------------------

CONFIGURATORS_PER_ORGANISATION = environment.number("CONFIGURATORS_PER_ORGANISATION", 200, low=1, high=10_000)
#: Versions are kept for as long as requests point to them, so there is an end to them too.
VERSIONS_PER_CONFIGURATOR = environment.number("VERSIONS_PER_CONFIGURATOR", 500, low=1, high=10_000)
#: Of one upload; and what an organisation may keep, counted as it is kept.
IMAGE_MAX_BYTES = 8 * 1024 * 1024
IMAGES_PER_ORGANISATION = environment.number("IMAGES_PER_ORGANISATION", 500, low=1, high=10_000)
IMAGE_MEGABYTES_PER_ORGANISATION = environment.number(
    "IMAGE_MEGABYTES_PER_ORGANISATION", 100, low=1, high=10_000
)
#: How long an image stays that nothing refers to any more.
UNUSED_IMAGE_DAYS = environment.number("UNUSED_IMAGE_DAYS", 14, low=1, high=90)

# --- Visitors ---------------------------------------------------------------------------------

#: Requests from one address to one configurator within a minute: beyond the first they are set aside
#: as suspected, beyond the second refused for a while.
INTAKE_SUSPECT_PER_MINUTE = environment.number("INTAKE_SUSPECT_PER_MINUTE", 6, low=1, high=1_000_000)
INTAKE_REFUSE_PER_MINUTE = environment.number("INTAKE_REFUSE_PER_MINUTE", 120, low=1, high=1_000_000)

# --- Texts and promises -----------------------------------------------------------------------

#: How many days ahead a change that matters in our texts is announced (H51), and how many days after it took
#: effect an organisation can still publish before it has agreed.
LEGAL_NOTICE_DAYS = environment.number("LEGAL_NOTICE_DAYS", 14, low=14, high=365)
LEGAL_GRACE_DAYS = environment.number("LEGAL_GRACE_DAYS", 14, low=0, high=90)
#: From what age somebody may have an account (UAVG 5, Art. 8 GDPR); stated at sign-up, no birth date kept.
MINIMUM_AGE = environment.number("MINIMUM_AGE", 16, low=16, high=18)

#: Engage no company outside the European Economic Area, whatever its contract says (D11).
EEA_ONLY = environment.flag("EEA_ONLY", False)
#: What the law gives in hours, each with the day from which it counts (privacy/dated.py).
BREACH_AUTHORITY_HOURS = environment.words("BREACH_AUTHORITY_HOURS", "2018-05-25:72")
BREACH_ORGANISATION_HOURS = environment.words("BREACH_ORGANISATION_HOURS", "2018-05-25:24")
#: When after awareness the officer is woken while nothing is decided.
BREACH_ALARM_HOURS = environment.words("BREACH_ALARM_HOURS", "24,48,66")

# --- Periods ----------------------------------------------------------------------------------
# Each is what the declarations (<app>/personal_data.py) refer to, and may be shortened, never lengthened
# beyond what the privacy policy promises.

#: How long a deactivated organisation can come back, before everything in it is deleted.
RESTORE_WINDOW_DAYS = environment.number("RESTORE_WINDOW_DAYS", 30, low=1, high=30)
BACKUP_KEPT_DAYS = environment.number("BACKUP_KEPT_DAYS", 84, low=1, high=84)
RETENTION_LEAD_ORIGIN_DAYS = environment.number("RETENTION_LEAD_ORIGIN_DAYS", 90, low=1, high=90)
#: How long the link opens behind which a visitor kept choices for later.
RETENTION_SAVED_DAYS = environment.number("RETENTION_SAVED_DAYS", 90, low=1, high=90)
RETENTION_QUARANTINE_DAYS = environment.number("RETENTION_QUARANTINE_DAYS", 30, low=1, high=30)
RETENTION_ACCESS_LOG_DAYS = environment.number("RETENTION_ACCESS_LOG_DAYS", 90, low=1, high=90)
#: The access log of an organisation that has left goes this much later, if not before; 0 switches that off.
RETENTION_LOG_AFTER_TERMINATION_DAYS = environment.number(
    "RETENTION_LOG_AFTER_TERMINATION_DAYS", 28, low=0, high=90
)
RETENTION_EVIDENCE_DAYS = environment.number("RETENTION_EVIDENCE_DAYS", 1826, low=365, high=3653)
RETENTION_REQUEST_DAYS = environment.number("RETENTION_REQUEST_DAYS", 730, low=30, high=730)
RETENTION_REQUEST_IDENTIFIERS_DAYS = environment.number(
    "RETENTION_REQUEST_IDENTIFIERS_DAYS", 84, low=1, high=84
)
RETENTION_MAIL_DAYS = environment.number("RETENTION_MAIL_DAYS", 730, low=1, high=730)
RETENTION_ACCOUNT_YEARS = environment.number("RETENTION_ACCOUNT_YEARS", 2, low=1, high=2)
#: Books are kept longer where the law of the seller's country says so; the table is in privacy/books.py.
RETENTION_BOOKS_YEARS = environment.number("RETENTION_BOOKS_YEARS", 7, low=7, high=10)
#: What Stripe told us in so many words; we ask it again anyway.
RETENTION_STRIPE_EVENT_DAYS = environment.number("RETENTION_STRIPE_EVENT_DAYS", 30, low=1, high=30)
#: Statistics about visitors, were there any; support questions, were they kept here.
RETENTION_ANALYTICS_MONTHS = environment.number("RETENTION_ANALYTICS_MONTHS", 14, low=1, high=14)
RETENTION_SUPPORT_DAYS = environment.number("RETENTION_SUPPORT_DAYS", 730, low=30, high=1095)

# --- Logs -------------------------------------------------------------------------------------

LOGGING_CONFIG = "config.logging.configure"
LOGGING = {"level": environment.text("LOG_LEVEL", "INFO")}
