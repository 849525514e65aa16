"""What allauth asks of the house: how its secrets are kept, what its relying party is called."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _


def _vault() -> MultiFernet:
    """Seals with the key of today, opens with those of before as well."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    made = [hashlib.sha256(b"linli.access.factors|" + str(key).encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


class FactorAdapter(DefaultMFAAdapter):
    """Keys of second factors lie sealed in the database: a copy of it alone makes no codes."""

    def encrypt(self, text: str) -> str:
        """Sealed."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opened."""
        return _vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """The name an authenticator app shows above the code."""
        return _("Linli")

    def _get_site_name(self) -> str:
        return _("Linli")

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, bytes | str]:
        """The account as a passkey keeps it: by its reference, never by its number."""
        return {"id": user.ref.encode(), "display_name": user.name, "name": user.sign_in_name}  # type: ignore[attr-defined]
