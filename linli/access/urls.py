"""Addresses of signing in and out, and of one's own account."""

from django.urls import path

from .views import account, signing

urlpatterns = [
    path("sign-in", signing.sign_in, name="sign-in"),
    path("sign-in/second-factor", signing.second_factor, name="sign-in-factor"),
    path("sign-in/city", signing.city_begin, name="sign-in-city"),
    path("sign-in/city/back", signing.city_back, name="sign-in-city-back"),
    path("sign-out", signing.sign_out, name="sign-out"),
    path("account/second-factor", account.factor, name="factor"),
    path("account/second-factor/app", account.factor_app, name="factor-app"),
    path("account/second-factor/codes", account.factor_codes, name="factor-codes"),
    path("account/second-factor/passkey", account.passkey, name="factor-passkey"),
    path("account/second-factor/<int:number>/remove", account.factor_remove, name="factor-remove"),
    path("account/sign-ins", account.sign_ins, name="sign-ins"),
    path("account/sign-ins/end-others", account.sign_ins_end, name="sign-ins-end"),
    path("account/sign-ins/<int:number>/end", account.sign_in_end, name="sign-in-end"),
    path("account/password", account.password, name="password"),
    path("account/sign-on", account.sign_on, name="sign-on"),
    path("account/sign-on/link", account.sign_on_link, name="sign-on-link"),
    path("account/sign-on/unlink", account.sign_on_unlink, name="sign-on-unlink"),
    path("accounts/<str:ref>/second-factor/reset", account.factor_reset, name="factor-reset"),
]
