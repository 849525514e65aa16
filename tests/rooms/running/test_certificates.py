"""The township's own root signs for its local network and for nothing else."""

import pytest
from cryptography import x509
from cryptography.x509 import verification

from linli.site.running import certificates
from linli.site.running.refusals import NotALanName


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "keys").mkdir()
    return tmp_path / "keys"


def test_the_root_is_made_once_and_the_certificate_anew(folder, at):
    first = certificates.make(["linli.lan"], at=at)
    root = first.root.read_bytes()
    second = certificates.make(["linli.lan", "192.168.1.10", "fd00::1"], at=at)
    assert first.root_is_new and not second.root_is_new and second.root.read_bytes() == root
    store = verification.Store(x509.load_pem_x509_certificates(root))
    leaf = x509.load_pem_x509_certificates(second.certificate.read_bytes())[0]
    for host in ("linli.lan",):
        verifier = verification.PolicyBuilder().store(store).time(at).build_server_verifier(x509.DNSName(host))
        assert len(verifier.verify(leaf, [])) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in (second.key, folder / "root.key"))


@pytest.mark.parametrize("host", ["example.com", "8.8.8.8", "", "a b.lan", "-x.lan", "linli", "bank.cn", "evillan"])
def test_refuses_what_is_not_of_a_local_network(folder, at, host):
    with pytest.raises(NotALanName):
        certificates.make([host], at=at)
    assert not list(folder.iterdir())
