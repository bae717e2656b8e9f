"""A certificate authority for a test, and what it signs: good, for another name, expired."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates; `file` is what a client trusts."""

    def __init__(self, directory):
        self.directory = directory
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _named("Vitrine test authority")
        unsigned = _beginning(self.name, self.key, issuer=self.name)
        unsigned = unsigned.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        unsigned = unsigned.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False
        )
        unsigned = unsigned.add_extension(_usage(signs=True), True)
        self.certificate = unsigned.sign(self.key, hashes.SHA256())
        self.file = directory / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, *hosts, days=30, name="server"):
        """Paths of (certificate, key) for `hosts`; days < 0: it has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        unsigned = _beginning(_named(hosts[0]), key, issuer=self.name, days=days)
        unsigned = unsigned.add_extension(
            x509.SubjectAlternativeName([_alternative(host) for host in hosts]), False
        )
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        unsigned = unsigned.add_extension(authority, False)
        signed = unsigned.sign(self.key, hashes.SHA256())
        certificate = self.directory / f"{name}.pem"
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        place = self.directory / f"{name}.key"
        place.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, place


def _named(words):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _beginning(subject, key, *, issuer, days=30):
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs):
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(host):
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
