"""The settings of Vitrine: one file; what differs between machines comes from the environment.

| variable             | meaning                                                    | default          |
|----------------------|------------------------------------------------------------|------------------|
| DATABASE_URL         | postgresql://user:password@host:port/name                  | embedded server  |
| VITRINE_STATE        | directory for the embedded data, files, spool, secret      | ./.state         |
| VITRINE_PRODUCTION   | 1: secure cookies, no development addresses                | unset            |
| VITRINE_SECRET_KEY   | signing key                                                | made in the state directory |
| VITRINE_HOSTS        | host names served, separated by commas                     | *  (development) |
| VITRINE_LIVE_PORT    | port of the live stream when no proxy joins the two        | unset: same origin |
| VITRINE_SMTP_URL     | smtp://user:password@host:port, smtps://..., or `sink`     | sink             |
| VITRINE_CLAMD        | virus scanner: /run/clamav/clamd.ctl or host:port          | unset: none      |
| VITRINE_REMOTE_PICTURES | 1: pictures of mails may be fetched from outside when asked | unset: never  |
| VITRINE_MAIL_ADDRESS | address of the desk                                        | helpdesk@register.example |
| VITRINE_STATUS_...   | the public status page: top of publication/site.py        |                  |
| VITRINE_PHONE        | telephone of the desk, as it is printed                    | +32 2 555 01 00 (invented) |
| VITRINE_PHONE_SOCKET | where soft phones connect: wss://host/ws, /ws or :8443/ws  | unset: none      |
| VITRINE_PHONE_ICE    | stun: and turn: addresses for soft phones outside the house | unset: none     |
| VITRINE_TURN_SECRET  | what we share with the TURN server                         | unset            |

Those of mail that goes out and of its proof stand in docs/reference/mail-going-out.md.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("VITRINE_STATE", ROOT.parent / ".state")).absolute()
PRODUCTION = os.environ.get("VITRINE_PRODUCTION") == "1"
DEBUG = False


def secret_key() -> str:
    """The signing key of the environment, else the one kept in the state directory."""
    if key := os.environ.get("VITRINE_SECRET_KEY"):
        return key
    kept = STATE / "secret_key"
    if not kept.exists():
        STATE.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, kept)  # the first process wins, the others read its key
        except FileExistsError:
            pass
        draft.unlink()
    return kept.read_text()


def database(url: str) -> dict[str, Any]:
    """Django's view of `postgresql://user:password@host:port/name`.

    A host that is a percent-encoded path is a directory with the server's socket.
    """
    parts = urlsplit(url)
    # `parts.hostname` would lose the capitals of a path.
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "vitrine",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host if host.startswith("%2F") else parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5},
    }


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = os.environ.get("VITRINE_SECRET_KEY_FALLBACKS", "").split()
"""Keys that were replaced: what they signed stays valid until they are taken out."""
ALLOWED_HOSTS = os.environ.get("VITRINE_HOSTS", "*").split(",")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///vitrine"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "vitrine.ui",  # first: its templates go before those of allauth
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "vitrine.kernel",
    "vitrine.accounts",
    "vitrine.journal",
    "vitrine.calendars",
    "vitrine.directory",
    "vitrine.correspondence",
    "vitrine.status",
    "vitrine.tickets",
    "vitrine.telephony",
    "vitrine.channels",
    "vitrine.desk",
    "vitrine.portal",
    "vitrine.voice",
    "vitrine.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "vitrine.ui.middleware.InterfaceLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "vitrine.config.urls"
WSGI_APPLICATION = "vitrine.config.wsgi.application"
ASGI_APPLICATION = "vitrine.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "vitrine.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

FORM_RENDERER = "vitrine.ui.forms.FormRenderer"

# Languages: English is the source, fr, nl, de are complete. `fr-BE` folds to `fr`.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

# Sign-in: allauth, password by argon2id, TOTP and security keys.
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "name"]}),
    )
]
LOGIN_REDIRECT_URL = "/desk/"
LOGIN_URL = "/account/login/"
ACCOUNT_ADAPTER = "vitrine.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True  # for one working day: SESSION_COOKIE_AGE
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_TOTP_ISSUER = "Vitrine"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 12 * 3600  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}
EMAIL_BACKEND = "vitrine.channels.mail.outbox.PromiseBackend"

# What a browser may do: everything from here, nothing from elsewhere.
LIVE_PORT = os.environ.get("VITRINE_LIVE_PORT", "")
PHONE_SOCKET = os.environ.get("VITRINE_PHONE_SOCKET", "")
"""The telephone server's websocket as browsers see it: an address, or a path or port of our own
host; blank: the desk has no telephone in the browser."""


def phone_sources(socket: str) -> list[str]:
    """What the policy must allow for `PHONE_SOCKET`; a path on our own host is ours already."""
    if socket.startswith(":"):
        port = socket[1:].partition("/")[0]
        return [f"ws://*:{port}", f"wss://*:{port}"]
    parts = urlsplit(socket)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [
            SELF,
            *([f"*:{LIVE_PORT}"] if LIVE_PORT else []),
            *phone_sources(PHONE_SOCKET),
        ],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "frame-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"

# Files of the interface, and files that people send.
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE / "files"},
    },
    "staticfiles": {"BACKEND": "vitrine.ui.static_files.StaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 400
"""So that whoever chooses all recordings of a language is told how many go at once."""
MAX_ATTACHMENT_BYTES = 25 * 2**20
MAX_MESSAGE_BYTES = 64 * 2**20
SPOOL = STATE / "spool"
SOUNDS = STATE / "sounds"
"""What the telephone says: see `vitrine phone speak`."""
VIRUS_SCANNER = os.environ.get("VITRINE_CLAMD", "")
"""Socket or host:port of ClamAV's clamd; with one, no file is given out before its verdict."""
REMOTE_PICTURES = os.environ.get("VITRINE_REMOTE_PICTURES") == "1"
"""Whether pictures of mails may be fetched from outside when somebody asks (S-03: not by itself)."""
FETCH_SIGN = STATE / "mailboxes"
"""There while mail is to be fetched: `vitrine run` then starts the process `fetch`."""

# Mail out: `sink` keeps the messages in the database and shows them at /development/mail/.
SMTP_URL = os.environ.get("VITRINE_SMTP_URL", "sink")
DESK_ADDRESS = os.environ.get("VITRINE_MAIL_ADDRESS", "helpdesk@register.example")
DESK_PHONE = os.environ.get("VITRINE_PHONE", "+32 2 555 01 00")
PHONE_ICE = os.environ.get("VITRINE_PHONE_ICE", "").replace(",", " ").split()
"""`stun:host:3478`, `turn:host:3478?transport=tcp`, `turns:host:5349`; empty: in the house only."""
PHONE_TURN_SECRET = os.environ.get("VITRINE_TURN_SECRET", "")
DESK_ALIASES = os.environ.get("VITRINE_MAIL_ALIASES", "").replace(",", " ").split()
BOUNCE_ADDRESS = os.environ.get("VITRINE_BOUNCE_ADDRESS", "")
MAIL_PLUS = os.environ.get("VITRINE_MAIL_PLUS", "1") != "0"
MAIL_PACE = float(os.environ.get("VITRINE_MAIL_PACE", "60"))
"""Messages a minute to one domain; 0: as fast as it goes."""
MAIL_GIVE_UP_DAYS = float(os.environ.get("VITRINE_MAIL_GIVE_UP_DAYS", "3"))
MTA_LOGS = os.environ.get("VITRINE_MTA_LOG", "").split()
DKIM_DOMAIN = os.environ.get("VITRINE_DKIM_DOMAIN", "")
DKIM_SELECTOR = os.environ.get("VITRINE_DKIM_SELECTOR", "")
DKIM_KEY_FILE = os.environ.get("VITRINE_DKIM_KEY_FILE", "")
AUTHSERV_IDS = os.environ.get("VITRINE_AUTHSERV_IDS", "").lower().replace(",", " ").split()
"""Whose Authentication-Results are believed."""
DNS_SERVERS = os.environ.get("VITRINE_DNS", "").replace(",", " ").split()
"""Name servers for DKIM and DMARC, or `system`; empty: nothing is asked (S-03)."""
MAIL_HOOK = "RN"
"""The word before the number in a subject: [RN-2026-000123]."""

ARCHIVE_AFTER_DAYS = 90

# Who changes the public state: see docs/howto/enrol-a-key.md.
LOGIN_STAGES = ["vitrine.status.adapters.KeyStage"]
"""Asked after those of allauth: an editor of the public state signs in with his key too."""
STATUS_RP_ID = os.environ.get("VITRINE_STATUS_RP_ID", "" if PRODUCTION else "localhost")
"""The host name for which keys are enrolled; it can never change without new keys."""
STATUS_ORIGINS = os.environ.get("VITRINE_STATUS_ORIGINS", "").replace(",", " ").split()
"""Where a key may be used; empty: https://STATUS_RP_ID, in development the address asked for."""
STATUS_KEY_MODELS = (
    [
        model
        for model in os.environ.get("VITRINE_STATUS_KEY_MODELS", "")
        .replace(",", " ")
        .lower()
        .split()
        if model != "01020304-0506-0708-0102-030405060708"  # the virtual key of browsers
    ]
    if PRODUCTION
    else None
)
"""AAGUIDs of the hardware keys that are allowed; None: any, in development only."""
STATUS_KEY_ROOTS = os.environ.get("VITRINE_STATUS_KEY_ROOTS", "")
"""A directory with the root certificates (PEM) of the makers of keys; blank: none is asked."""
PROBE_NETWORKS = os.environ.get("VITRINE_PROBE_NETWORKS", "")
"""Networks that probes may ask, such as `10.1.0.0/16`; blank: probes ask nothing (S-03)."""
PROBE_PLACE = os.environ.get("VITRINE_PROBE_PLACE", "")
"""Where this machine looks from; blank: its host name."""
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("VITRINE_LOG_LEVEL", "WARNING")},
}
