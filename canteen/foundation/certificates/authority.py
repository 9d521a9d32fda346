"""Making the two certificates. What they may say is decided here; where they lie is not.

The authority is constrained by name (RFC 5280, 4.2.1.10): whoever stole its key could still
not vouch for a bank, because every browser refuses what it signs outside a local network.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

AUTHORITY_LIFE = timedelta(days=3650)
LEAF_LIFE = timedelta(days=396)
"""Apple refuses a server's certificate that lives longer than 398 days."""
RENEW_BEFORE = timedelta(days=30)
SKEW = timedelta(days=1)
"""A tablet whose clock is behind must not find a certificate of tomorrow."""

LOCAL_DOMAINS = ("local", "lan", "home.arpa", "localhost")
LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "::1/128",
        "fc00::/7",
    )
)
"""Private use (RFC 1918, and RFC 4193 for IPv6) and loopback."""


@dataclass(frozen=True)
class Names:
    """What a server is called: host names, the first one for its title, and addresses."""

    dns: tuple[str, ...]
    addresses: tuple[Address, ...]

    def covers(self, other: "Names") -> bool:
        """Whether every name of `other` is among these."""
        return set(self.dns) >= set(other.dns) and set(self.addresses) >= set(other.addresses)


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh key that every browser in use can check."""
    return ec.generate_private_key(ec.SECP256R1())


def make_authority(
    key: ec.EllipticCurvePrivateKey, *, own: Names, now: datetime
) -> x509.Certificate:
    """An authority for local names, and for what this machine is called.

    `own` are the machine's names at the time; of its addresses outside the private ranges
    only such are let in as no router of the internet carries.
    """
    title = f"Canteen LAN CA {own.dns[0] if own.dns else ''} {now:%Y-%m-%d}"[:64]
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Canteen 社区食堂"),
            x509.NameAttribute(NameOID.COMMON_NAME, title),
        ]
    )
    domains = dict.fromkeys([*LOCAL_DOMAINS, *(n for n in own.dns if not _is_local_name(n))])
    networks = [
        *LOCAL_NETWORKS,
        *(
            ipaddress.ip_network(address)
            for address in own.addresses
            if not is_private(address) and not address.is_global
        ),
    ]
    return (
        _builder(subject, subject, key.public_key(), now, now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(
            x509.NameConstraints(
                permitted_subtrees=[
                    *(x509.DNSName(name) for name in domains),
                    *(x509.IPAddress(network) for network in networks),
                ],
                excluded_subtrees=None,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def make_leaf(
    public_key: ec.EllipticCurvePublicKey,
    *,
    names: Names,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """A server's certificate for `names`, never living longer than its authority."""
    until = min(now - SKEW + LEAF_LIFE, authority.not_valid_after_utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names.dns[0][:64])])
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names.dns]
    alternatives += [x509.IPAddress(address) for address in names.addresses]
    return (
        _builder(subject, authority.subject, public_key, now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )


def permitted(names: Names, authority: x509.Certificate) -> Names:
    """Those of `names` that the authority may vouch for."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    subtrees = constraints.permitted_subtrees or []
    domains = [tree.value for tree in subtrees if isinstance(tree, x509.DNSName)]
    networks: list[Any] = [tree.value for tree in subtrees if isinstance(tree, x509.IPAddress)]
    return Names(
        dns=tuple(name for name in names.dns if _below(name, domains)),
        addresses=tuple(one for one in names.addresses if any(one in net for net in networks)),
    )


def names_of(certificate: x509.Certificate) -> Names:
    """What a server's certificate is for."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return Names(
        dns=tuple(found.get_values_for_type(x509.DNSName)),
        addresses=tuple(cast("list[Address]", found.get_values_for_type(x509.IPAddress))),
    )


def is_private(address: Address) -> bool:
    """Whether an address lies in the private or loopback ranges."""
    return any(address in network for network in LOCAL_NETWORKS)


def _is_local_name(name: str) -> bool:
    return _below(name, LOCAL_DOMAINS)


def _below(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(until)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
