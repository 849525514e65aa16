"""A city's own sign-on: an OpenID Connect provider that knows the people of its offices.

Only accounts that were linked before sign in by it; it never makes one. allauth speaks the protocol (state, PKCE,
discovery, tokens); what it leaves out is added here: a nonce, and a signature that is always checked.
"""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest  # noqa: TID251 - a sign-on is a conversation of requests
from django.urls import reverse
from requests import RequestException

from linli.ground.hands import Hand
from linli.ground.refusals import NotFound, Refusal
from linli.ground.words import gettext_noop as _
from linli.journal import writing

from . import signing
from .models import Account

NAME = "city"
SIGN_IN, LINK = "sign-in", "link"
MAY_LINK, MAY_LINK_FOR = "may-link", timedelta(minutes=10)
SIGNED_WITH = ["RS256", "PS256", "ES256"]
MUST_SAY = ["iss", "aud", "exp", "iat", "sub", "nonce"]


class NotProven(Refusal):
    """The answer was not asked for by this browser, or does not prove who someone is."""

    code, status = "city.not-proven", 400
    words = _("The sign-on did not prove who you are.")
    next_step = _("Begin again from the sign-in page.")


class Unreachable(Refusal):
    """The provider does not answer, or not as it should."""

    code, status = "city.unreachable", 502
    words = _("The sign-on cannot be reached.")
    next_step = _("Sign in with your name and password, or try again in a few minutes.")


class NotLinked(Refusal):
    """Whoever this is there, no account here belongs to them."""

    code, status = "city.not-linked", 403
    words = _("No account here is linked with this sign-on.")
    next_step = _("Sign in with your name and password first, then link the two on the page of your sign-on.")


class LinkedElsewhere(Refusal):
    """One sign-on opens one account."""

    code = "city.linked-elsewhere"
    words = _("This sign-on is linked with another account already, or yours with another sign-on.")
    next_step = _("Take the other link off first.")


class Speaker(OpenIDConnectOAuth2Adapter):
    """Speaks with the provider; addresses are ours, and no token is believed unread."""

    def get_provider(self) -> "Provider":
        """The one provider there is."""
        return provider(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the provider sends people back to."""
        return str(build_absolute_uri(request, reverse("sign-in-city-back")))

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself. Refuses one that calls itself otherwise than it is called here."""
        told: dict[str, Any] = super().openid_config
        if told.get("issuer", "").rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise Unreachable()
        return told

    def claims(self, token: str, *, nonce: str) -> dict[str, Any]:
        """What the identity token says, once its signature, issuer, audience, time and nonce are right."""
        try:
            told: dict[str, Any] = jwt.decode(
                token,
                key=self._signer(jwt.get_unverified_header(token)),
                algorithms=SIGNED_WITH,
                issuer=self.openid_config["issuer"],
                audience=settings.OIDC_CLIENT_ID,
                options={"require": MUST_SAY},
                leeway=30,
            )
        except (jwt.PyJWTError, TypeError, KeyError) as wrong:
            raise NotProven() from wrong
        if not nonce or not hmac.compare_digest(str(told["nonce"]).encode(), nonce.encode()):
            raise NotProven()
        return told

    def _signer(self, header: dict[str, Any]) -> Any:
        """The provider's key the token names; one that names none is signed by the only key there is."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        named = header.get("kid")
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")]
        fitting = [key for key in keys if named in (None, key.key_id)]
        if len(fitting) != 1:
            raise NotProven()
        return fitting[0].key


class Provider(OpenIDConnectProvider):
    """allauth's, speaking through ours."""

    oauth2_adapter_class = Speaker


def let_link(session: Any, *, at: datetime) -> None:
    """Whoever holds this browser proved the password, and may go and link within ten minutes."""
    session[MAY_LINK] = at.timestamp()


def may_link(session: Any, *, at: datetime, once: bool = False) -> bool:
    """Whether that was within ten minutes; asked `once`, it is used up.

    Without it a page elsewhere could send someone here and on to a sign-on that is another's.
    """
    given = session.pop(MAY_LINK, 0) if once else session.get(MAY_LINK, 0)
    return timedelta(0) <= at - datetime.fromtimestamp(given, UTC) <= MAY_LINK_FOR


def provider(request: HttpRequest) -> Provider:
    """As the environment describes it. Refuses where none is described."""
    if not settings.OIDC_ISSUER:
        raise NotFound(what=request.path)
    app = SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=NAME,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_ISSUER.rstrip("/"), "oauth_pkce_enabled": True},
    )
    return Provider(request=request, app=app)


def begin(request: HttpRequest, *, process: str, onward: str = "") -> str:
    """Where to send the browser, which keeps what it must get back: state, nonce, and the PKCE verifier."""
    nonce = secrets.token_urlsafe(24)
    try:
        answer = provider(request).redirect(
            request, process, next_url=onward, data={"nonce": nonce}, scope=["openid"], auth_params={"nonce": nonce}
        )
    except (RequestException, KeyError, ValueError) as gone:
        raise Unreachable() from gone
    return str(answer["Location"])


def proven(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Who someone is at the provider, and what this browser had begun. Refuses every answer it did not ask for."""
    ours = provider(request)
    state = statekit.unstash_state(request, provider_id=ours.sub_id, state_id=request.GET.get("state", ""))
    if state is None or "code" not in request.GET:
        raise NotProven()
    speaker = ours.get_oauth2_adapter(request)
    try:
        client = speaker.get_client(request, ours.app)
        answer = client.get_access_token(request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"])
        claims = speaker.claims(answer["id_token"], nonce=state["data"]["nonce"])
    except (OAuth2Error, KeyError) as wrong:
        raise NotProven() from wrong
    except (RequestException, ValueError) as gone:
        raise Unreachable() from gone
    return str(claims["sub"]), state


def sign_in(request: HttpRequest, subject: str, *, onward: str, at: datetime) -> bool:
    """Whether the linked account is signed in; if not, it waits for its second factor. Refuses when none is linked."""
    link = SocialAccount.objects.select_related("user").filter(provider=NAME, uid=subject).first()
    if link is None or not link.user.is_active:
        _refused(at)
        raise NotLinked()
    return signing.first_step_done(request, link.user, onward=onward, how=NAME, at=at)


@transaction.atomic
def _refused(at: datetime) -> None:
    signing.refused(None, [], how=NAME, at=at)


def linked(account: Account) -> bool:
    """Whether the account is opened by the sign-on too."""
    return SocialAccount.objects.filter(user=account, provider=NAME).exists()


@transaction.atomic
def link(account: Account, subject: str, *, by: Hand, at: datetime) -> None:
    """The sign-on opens this account. Refuses when either is linked already."""
    if linked(account):
        raise LinkedElsewhere()
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=account, provider=NAME, uid=subject, extra_data={})
    except IntegrityError as taken:
        raise LinkedElsewhere() from taken
    writing.write("sign-on.linked", thing=account.ref, by=by, at=at)


@transaction.atomic
def unlink(account: Account, *, by: Hand, at: datetime) -> None:
    """The sign-on opens this account no longer."""
    if not SocialAccount.objects.filter(user=account, provider=NAME).delete()[0]:
        raise NotFound(what=NAME)
    writing.write("sign-on.unlinked", thing=account.ref, by=by, at=at)
