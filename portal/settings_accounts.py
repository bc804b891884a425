"""Settings about accounts: signing in, passwords, second factor, sessions. `portal.settings` takes them all in.

PORTAL_PASSWORD_PROFILE  dengbao (default) or asvs: which password rules hold, see docs/decisions/0008
PORTAL_REQUIRE_TOTP      1 (default outside demonstration): reviewers and administrators need one-time codes
PORTAL_SESSION_IDLE      minutes without activity that end a session (30)
PORTAL_SESSION_ABSOLUTE  hours after signing in that end a session (12)
PORTAL_SESSIONS          how many sessions one person may have at a time (3)
PORTAL_SECRET_KEY_FALLBACKS  former secret keys, comma-separated: what they encrypted and signed is still read
PORTAL_OIDC_ID, _NAME, _CLIENT_ID, _CLIENT_SECRET, _DISCOVERY_URL, _CLAIM
                         sign-in through an OpenID Connect provider; off unless _DISCOVERY_URL is set
"""

import environ

from .password_profiles import PROFILES

env = environ.Env()
_demo = env.bool("PORTAL_DEMO", default=False)

SECRET_KEY_FALLBACKS = env.list("PORTAL_SECRET_KEY_FALLBACKS", default=[])
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# --- passwords

# Argon2id. OWASP's minimum: 19 MiB, two passes, one lane. Django's 100 MiB and eight lanes took 193 ms and made
# 64 sign-ins at once take 26 s and 1.6 GB on two cores; these take about 50 ms.
PASSWORD_ARGON2 = {"memory_cost": 19 * 1024, "time_cost": 2, "parallelism": 1}
PASSWORD_HASHES_AT_ONCE = 4  # in one process
PASSWORD_HASHERS = [
    "portal.hashers.MeasuredArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_PROFILE = env.str("PORTAL_PASSWORD_PROFILE", default="dengbao")
AUTH_PASSWORD_VALIDATORS = PROFILES[PASSWORD_PROFILE].validators
PASSWORD_DAYS = PROFILES[PASSWORD_PROFILE].days
PASSWORD_NOTICE_DAYS = 14

# --- allauth: no sign-up, no e-mail, user name and password

ACCOUNT_ADAPTER = "portal.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "portal.account_forms.SignInForm",
    "change_password": "portal.account_forms.PasswordChangeForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# Failing attempts only: what a guess costs. Five in ten minutes for one account from one source, thirty a minute
# for one source; a browser that has signed in to the account before is counted by itself (portal/throttle.py).
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "30/m/ip,5/600s/key",
    "login_failed_known": "5/600s/key",
}
# Behind a proxy of our own, its last entry in X-Forwarded-For is the source.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("PORTAL_PROXY", default=False) else 0

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# --- second factor

REQUIRE_TOTP = env.bool("PORTAL_REQUIRE_TOTP", default=not _demo)
MFA_ADAPTER = "portal.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "随身学统计报送平台"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "portal.account_forms.CodeForm",
    "reauthenticate": "portal.account_forms.CodeAgainForm",
    "activate_totp": "portal.account_forms.FirstCodeForm",
}

# --- sessions

SESSION_ABSOLUTE = int(env.float("PORTAL_SESSION_ABSOLUTE", default=12) * 3600)
SESSION_IDLE = int(env.float("PORTAL_SESSION_IDLE", default=30) * 60)
SESSION_WARNING = 120  # seconds before the end at which the page offers to stay
SESSION_CHECK = 60  # seconds between two looks of an open page at its session
SESSION_LIMIT = env.int("PORTAL_SESSIONS", default=3)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE
SESSION_COOKIE_HTTPONLY = True

# --- OpenID Connect

OIDC_CLAIM = env.str("PORTAL_OIDC_CLAIM", default="preferred_username")
SOCIALACCOUNT_ADAPTER = "portal.adapters.ProviderAdapter"
# A link, not a form: the content security policy lets forms go to this site only.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS: dict = {}
# Its app brings an HTTP client into every process: only where there is a provider to speak with.
PROVIDER_APPS: list[str] = []
if _discovery_url := env.str("PORTAL_OIDC_DISCOVERY_URL", default=""):
    PROVIDER_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": env.str("PORTAL_OIDC_ID", default="oidc"),
                "name": env.str("PORTAL_OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("PORTAL_OIDC_CLIENT_ID"),
                "secret": env.str("PORTAL_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": _discovery_url, "oauth_pkce_enabled": True},
            }
        ]
    }
