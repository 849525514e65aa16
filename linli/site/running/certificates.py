"""HTTPS on a local network: a root of the township's own, and server certificates it signs.

No public authority signs for 192.168.1.10 or linli.lan. The root is made once and put on each device by hand; it may
sign for nothing but the names and private addresses of a local network, so whoever trusts it trusts it with no bank.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from . import marks
from .refusals import NotALanName

ROOT_YEARS = 10
# Browsers and phones refuse server certificates that last longer than 825 days, even from a root of one's own (Apple
# HT210176); the limit of 398 days binds public authorities only.
SERVER_DAYS = 800
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
LOCAL_NAMES = ["lan", "local", "home.arpa", "internal", "localhost"]
LOCAL_NETWORKS = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "::1/128",
]


@dataclass(frozen=True)
class Certificates:
    """Where the files lie."""

    root: Path
    certificate: Path
    key: Path
    root_is_new: bool


def make(hosts: list[str], *, at: datetime, organisation: str = "Linli") -> Certificates:
    """A server certificate for the hosts stands, signed by the township's root, which is made when there is none.

    Refuses what is neither a name nor an address of a local network.
    """
    names = [subject(host) for host in hosts]
    folder = Path(settings.DATA_DIR) / "keys"
    root_path, root_key_path = folder / "root.crt", folder / "root.key"
    fresh = not (root_path.exists() and root_key_path.exists())
    if fresh:
        make_root(root_path, root_key_path, organisation, at)
    root = x509.load_pem_x509_certificate(root_path.read_bytes())
    root_key = serialization.load_pem_private_key(root_key_path.read_bytes(), password=None)
    assert isinstance(root_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    ends = min(at + timedelta(days=SERVER_DAYS), root.not_valid_after_utc)
    signed = (
        blank(hosts[0], organisation, key, at, ends)
        .issuer_name(root.subject)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    write_key(folder / "server.key", key)
    marks.write_whole(folder / "server.crt", pem(signed) + pem(root))
    return Certificates(root_path, folder / "server.crt", folder / "server.key", fresh)


def make_root(path: Path, key_path: Path, organisation: str, at: datetime) -> None:
    """A root that may sign for local names and private addresses alone. Its key is written before it."""
    key = ec.generate_private_key(ec.SECP256R1())
    networks = [x509.IPAddress(ipaddress.ip_network(each)) for each in LOCAL_NETWORKS]
    allowed = [x509.DNSName(name) for name in LOCAL_NAMES] + networks
    name = f"{organisation} root {at.year}"
    signed = (
        blank(name, organisation, key, at, at + timedelta(days=365 * ROOT_YEARS))
        .issuer_name(subject_name(name, organisation))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_key(key_path, key)
    marks.write_whole(path, pem(signed))


def blank(
    name: str, organisation: str, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    """What both certificates say."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject_name(name, organisation))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - timedelta(hours=1))
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def subject_name(name: str, organisation: str) -> x509.Name:
    """Who a certificate is for."""
    parts = [(NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name[:64])]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def usage(*, signs: bool) -> x509.KeyUsage:
    """What the key is for: signing certificates, or serving."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def subject(host: str) -> x509.GeneralName:
    """A host as a certificate says it; refuses one the root may not sign for.

    >>> subject("192.168.1.10"), subject("linli.lan")
    (<IPAddress(value=192.168.1.10)>, <DNSName(value='linli.lan')>)
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.lower().rstrip(".")
        if not NAME.fullmatch(name) or not any(f".{name}".endswith(f".{each}") for each in LOCAL_NAMES):
            raise NotALanName(host=host) from None
        return x509.DNSName(name)
    if not any(address in ipaddress.ip_network(each) for each in LOCAL_NETWORKS):
        raise NotALanName(host=host)
    return x509.IPAddress(address)


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """The private key, readable by its owner alone."""
    form = serialization.PrivateFormat.PKCS8
    marks.write_whole(
        path, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode("ascii")
    )


def pem(certificate: x509.Certificate) -> str:
    """The certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
