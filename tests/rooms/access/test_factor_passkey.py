"""Passkeys, made and proven by a key in software; only where pages come over HTTPS."""

import hashlib
import json
import os
import re
from html import unescape

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from linli.access import factors
from linli.journal.models import Entry
from tests.conftest import PASSWORD

HOST = "linli.example"


class SoftKey:
    """An authenticator: one credential, made and used as a browser would with it."""

    def __init__(self, origin=f"https://{HOST}"):
        self.key, self.number, self.origin = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), origin
        self.count = 0

    def client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def data(self, more=b"", flags=0x05):
        self.count += 1
        return hashlib.sha256(HOST.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def told(self, **response):
        parts = {name: websafe_encode(value) for name, value in response.items()}
        number = websafe_encode(self.number)
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "clientExtensionResults": {}, "response": parts}
        )

    def make(self, options):
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        credential = bytes(16) + len(self.number).to_bytes(2, "big") + self.number + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self.data(credential, 0x45)}
        challenge = options["publicKey"]["challenge"]
        return self.told(
            clientDataJSON=self.client_data("webauthn.create", challenge), attestationObject=cbor.encode(attested)
        )

    def prove(self, options):
        client, data = self.client_data("webauthn.get", options["publicKey"]["challenge"]), self.data()
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self.told(clientDataJSON=client, authenticatorData=data, signature=signed)


@pytest.fixture(autouse=True)
def https(settings):
    settings.HTTPS, settings.ALLOWED_HOSTS = True, [HOST]
    settings.MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]


def browser():
    return Client(headers={"host": HOST})


def first_step(client):
    return client.post("/sign-in", {"sign_in_name": "zhou", "password": PASSWORD, "next": "/areas/"})


def asked(client, path):
    page = client.get(path).content.decode()
    return json.loads(unescape(re.search(r'data-options="([^"]+)"', page)[1]))


@pytest.fixture
def zhou(account):
    """Someone with a passkey, and the key."""
    who, key, client = account("zhou", "community-clerk", "500199001001"), SoftKey(), browser()
    first_step(client)
    made = key.make(asked(client, "/account/second-factor/passkey"))
    given = {"name": "phone", "password": PASSWORD, "passkey": made}
    answer = client.post("/account/second-factor/passkey", given)
    assert answer.status_code == 200 and "1 left" not in answer.content.decode()
    return who, key


def test_a_passkey_is_the_second_step(zhou):
    client = browser()
    assert first_step(client)["Location"] == "/sign-in/second-factor"
    proof = zhou[1].prove(asked(client, "/sign-in/second-factor"))
    assert client.post("/sign-in/second-factor", {"passkey": proof})["Location"] == "/areas/"
    assert Entry.objects.filter(verb="account.signed-in").last().said == {"how": "password webauthn"}
    assert factors.of(zhou[0])["codes_left"] == 10


def test_the_answer_to_a_challenge_of_before_is_refused(zhou):
    client = browser()
    first_step(client)
    proof = zhou[1].prove(asked(client, "/sign-in/second-factor"))
    asked(client, "/sign-in/second-factor")
    assert client.post("/sign-in/second-factor", {"passkey": proof}).status_code == 400


def test_an_answer_is_taken_once(zhou):
    client, again = browser(), browser()
    first_step(client)
    first_step(again)
    proof = zhou[1].prove(asked(client, "/sign-in/second-factor"))
    assert client.post("/sign-in/second-factor", {"passkey": proof}).status_code == 303
    asked(again, "/sign-in/second-factor")
    assert again.post("/sign-in/second-factor", {"passkey": proof}).status_code == 400


def test_the_key_of_another_is_refused(zhou):
    client, other = browser(), SoftKey()
    other.number = zhou[1].number
    first_step(client)
    proof = other.prove(asked(client, "/sign-in/second-factor"))
    assert client.post("/sign-in/second-factor", {"passkey": proof}).status_code == 400


def test_an_answer_given_on_a_page_of_another_site_is_refused(zhou):
    client = browser()
    zhou[1].origin = "https://linli.example.elsewhere.example"
    first_step(client)
    proof = zhou[1].prove(asked(client, "/sign-in/second-factor"))
    assert client.post("/sign-in/second-factor", {"passkey": proof}).status_code == 400


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": 1}', '{"id":"a","rawId":"a","response":{}}'])
def test_what_is_no_answer_is_refused(zhou, answer):
    client = browser()
    first_step(client)
    asked(client, "/sign-in/second-factor")
    assert client.post("/sign-in/second-factor", {"passkey": answer}).status_code == 400


def test_without_https_there_are_no_passkeys(zhou, settings):
    settings.HTTPS = False
    client = browser()
    first_step(client)
    assert "data-options" not in client.get("/sign-in/second-factor").content.decode()
    client = browser()
    client.force_login(zhou[0])
    assert client.get("/account/second-factor/passkey").status_code == 404
