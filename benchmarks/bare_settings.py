"""Django with nothing around it, for ``benchmarks.bare``."""

from config import databases, environment

SECRET_KEY = environment.text("SECRET_KEY", at_least=32)
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "benchmarks.bare"
MIDDLEWARE: list[str] = []
INSTALLED_APPS: list[str] = []
USE_TZ = True
DATABASES = {
    "default": databases.aliases(secret_key=SECRET_KEY)["default"]
    | {"ENGINE": "django.db.backends.postgresql", "ATOMIC_REQUESTS": False, "CONN_HEALTH_CHECKS": False}
}
LOGGING_CONFIG = None
