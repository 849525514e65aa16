"""Settings: one file for test and production, everything from the environment (see `environment`)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from linli.site import environment

PACKAGE = Path(__file__).resolve().parents[1]
DATA_DIR = environment.data_folder()
MEDIA_ROOT = DATA_DIR / "media"

SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = environment.yes("LINLI_DEBUG")
DEMO = environment.yes("LINLI_DEMO")
HTTPS = environment.yes("LINLI_HTTPS")
ALLOWED_HOSTS = environment.words("LINLI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("LINLI_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "linli.site.apps.SiteConfig",
    "linli.town.apps.TownConfig",
    "linli.cases.apps.CasesConfig",
    "linli.registers.apps.RegistersConfig",
    "linli.notices.apps.NoticesConfig",
    "linli.clocks.apps.ClocksConfig",
    "linli.access.apps.AccessConfig",
    "linli.areas.apps.AreasConfig",
    "linli.journal.apps.JournalConfig",
    "linli.web.apps.WebConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "linli.web.proxies.believed",
    "linli.web.middleware.clock",
    "linli.site.steady.areas_looked_up_once",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "linli.web.middleware.heads",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.access.middleware.Keeping",
    "linli.access.middleware.acting",
    "linli.web.middleware.Refusing",
    "linli.access.noting.Noting",
]

ROOT_URLCONF = "linli.site.urls"
WSGI_APPLICATION = "linli.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "linli.site.navigation.context",
            ],
        },
    },
]

DATABASES = {"default": environment.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["sign_in_name", "name"]},
    },
    {"NAME": "linli.access.passwords.ShortestPassword", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "linli.access.passwords.LongestPassword"},
    {"NAME": "linli.access.passwords.NotOfTheHouse"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_HOURS = 12
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
CLOCK_BACK_MINUTES = environment.number("LINLI_CLOCK_BACK_MINUTES", 5)
IDLE_MINUTES = environment.number("LINLI_IDLE_MINUTES", 120)
SECOND_FACTOR_ROLES = environment.words("LINLI_SECOND_FACTOR_ROLES", "" if DEMO else "published")
SECOND_FACTOR_GRACE_DAYS = environment.number("LINLI_SECOND_FACTOR_GRACE_DAYS", 7)
OIDC_ISSUER = environment.text("LINLI_OIDC_ISSUER")
OIDC_CLIENT_ID = environment.text("LINLI_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.text("LINLI_OIDC_CLIENT_SECRET")
OIDC_NAME = environment.text("LINLI_OIDC_NAME") or _("the city's sign-on")
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "linli.access.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", *(["webauthn"] if HTTPS else [])]
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
SOCIALACCOUNT_STORE_TOKENS = False
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "linli.site.errors.forged"
SECURE_SSL_REDIRECT = HTTPS and environment.yes("LINLI_HTTPS_REDIRECT")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
BEHIND_PROXY = environment.yes("LINLI_BEHIND_PROXY")
PROXIES = environment.words("LINLI_PROXIES", "127.0.0.1,::1")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# HTTPS, cookies and the redirect are one matter here, and ours (linli.site.checks) says it in both languages.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / ".laid-out").exists()
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"/vendor/[^/]+-[0-9.]+/"  # the version stands in the path
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

NOTICE_WEBHOOK = environment.text("LINLI_NOTICE_WEBHOOK")
NOTICE_WEBHOOK_SECRET = environment.text("LINLI_NOTICE_WEBHOOK_SECRET")
NOTICE_WAYS = ["file", "webhook"] if NOTICE_WEBHOOK and NOTICE_WEBHOOK_SECRET else ["file"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LINLI_LOG", "WARNING")},
}
