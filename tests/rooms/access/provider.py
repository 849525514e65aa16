"""A small OpenID Connect provider on 127.0.0.1: discovery, PKCE (S256), RS256 tokens; and it can be told to lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "linli", "a-secret-of-the-client"


def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Running between `with`; `subject` is whoever signs in there, `lie` changes what the next token says."""

    def __init__(self):
        self.key, self.other, self.subject = key(), key(), "person-7"
        self.codes, self.asked, self.lie = {}, [], {}

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"provider": self}))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        } | self.lie.get("configuration", {})

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked):
        """Whoever comes is `subject`, and is sent back with a code."""
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and asked["scope"] == "openid"
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given):
        """A token for a code: once, and only for whoever holds the verifier of its challenge."""
        asked = self.codes.pop(given.get("code"), None)
        if asked is None or given["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": self.signed(asked)}

    def signed(self, asked):
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 60}
        told |= {"nonce": asked.get("nonce", ""), "jti": secrets.token_hex(8)} | self.lie.get("claims", {})
        told = {name: value for name, value in told.items() if value is not None}
        how = self.lie.get("algorithm", "RS256")
        signer = {"RS256": self.lie.get("key", self.key), "HS256": "x" * 32, "none": None}[how]
        return jwt.encode(told, signer, algorithm=how, headers=self.lie.get("header", {"kid": "one"}))


class Handler(BaseHTTPRequestHandler):
    """HTTP around it."""

    def log_message(self, *_):
        """Nothing."""

    def answer(self, status, told, **headers):
        body = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        at = urlsplit(self.path)
        if at.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(at.query).items()}
            self.answer(302, {}, Location=self.provider.authorize(asked))
        else:
            pages = {"/.well-known/openid-configuration": self.provider.configuration, "/keys": self.provider.keys}
            self.answer(200, pages[at.path]())

    def do_POST(self):
        given = self.rfile.read(int(self.headers["Content-Length"])).decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {basic}":
            self.answer(401, {"error": "invalid_client"})
        else:
            self.answer(*self.provider.token({name: values[0] for name, values in parse_qs(given).items()}))
