"""The canteen's own authority: what it vouches for, what it cannot, and when it is made anew."""

import ipaddress
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from canteen.foundation.certificates import CannotVouch, Names, Shelf, machine
from canteen.foundation.certificates import authority as making
from canteen.foundation.certificates.authority import names_of

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
PC = Names(
    dns=("canteen-pc", "canteen-pc.local", "localhost"),
    addresses=(ipaddress.ip_address("192.168.3.20"), ipaddress.ip_address("127.0.0.1")),
)


def verified(leaf: x509.Certificate, authority: x509.Certificate, name: str) -> None:
    """What a browser does: chain, constraints, name. Raises VerificationError."""
    try:
        subject: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    verifier = PolicyBuilder().store(Store([authority])).time(NOW).build_server_verifier(subject)
    verifier.verify(leaf, [])


def signed_by(shelf: Shelf, *dns: str, addresses: tuple[str, ...] = ()) -> x509.Certificate:
    """What a thief of the authority's key would sign."""
    authority = shelf.authority()
    assert authority is not None
    key = making.new_key()
    return making.make_leaf(
        key.public_key(),
        names=Names(dns, tuple(map(ipaddress.ip_address, addresses))),
        authority=authority,
        authority_key=shelf._authority_key(authority),
        now=NOW,
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.make_ready(own=PC, now=NOW)
    return shelf


@pytest.mark.parametrize("name", ["canteen-pc", "canteen-pc.local", "192.168.3.20", "127.0.0.1"])
def test_a_browser_that_has_the_authority_trusts_the_server(shelf: Shelf, name: str) -> None:
    leaf, authority = shelf.leaf(), shelf.authority()
    assert leaf is not None
    assert authority is not None
    verified(leaf, authority, name)


@pytest.mark.parametrize("name", ["bank.example.com", "example.local.com", "8.8.8.8"])
def test_a_public_name_signed_with_the_stolen_key_is_refused(shelf: Shelf, name: str) -> None:
    public = name.replace(".", "").isdigit()
    leaf = signed_by(shelf, "canteen-pc" if public else name, addresses=(name,) if public else ())
    authority = shelf.authority()
    assert authority is not None
    with pytest.raises(VerificationError):
        verified(leaf, authority, name)


def test_openssl_says_the_same(shelf: Shelf, tmp_path: Path) -> None:
    stolen = tmp_path / "stolen.pem"
    stolen.write_bytes(
        signed_by(shelf, "bank.example.com").public_bytes(serialization.Encoding.PEM)
    )
    command = ["openssl", "verify", "-CAfile", str(shelf.authority_file)]
    try:
        good = subprocess.run([*command, str(shelf.server_file)], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("needs openssl")
    bad = subprocess.run([*command, str(stolen)], capture_output=True, text=True)
    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0
    assert "permitted subtree violation" in bad.stderr


def test_the_authority_lives_ten_years_and_the_server_396_days(shelf: Shelf) -> None:
    leaf, authority = shelf.leaf(), shelf.authority()
    assert leaf is not None
    assert authority is not None
    assert authority.not_valid_after_utc - NOW == timedelta(days=3650)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=396)
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [oid.dotted_string for oid in usage] == ["1.3.6.1.5.5.7.3.1"]
    for extension in (x509.BasicConstraints, x509.NameConstraints, x509.KeyUsage):
        assert authority.extensions.get_extension_for_class(extension).critical


def test_private_keys_are_for_the_owner_alone(shelf: Shelf) -> None:
    for path in shelf.folder.iterdir():
        private = b"PRIVATE KEY" in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if private else 0o644), path.name
    assert b"PRIVATE" not in shelf.authority_file.read_bytes()


def test_a_repeat_changes_nothing(shelf: Shelf) -> None:
    before = {path.name: path.read_bytes() for path in shelf.folder.iterdir()}
    again = shelf.make_ready(own=PC, now=NOW + timedelta(days=300))
    assert not again.made_authority
    assert not again.made_leaf
    assert {path.name: path.read_bytes() for path in shelf.folder.iterdir()} == before


def test_a_new_address_brings_a_new_server_certificate_of_the_same_authority(shelf: Shelf) -> None:
    authority = shelf.authority_file.read_bytes()
    moved = Names(PC.dns, (ipaddress.ip_address("192.168.9.7"),))
    done = shelf.make_ready(own=moved, now=NOW)
    leaf = shelf.leaf()
    assert done.made_leaf
    assert not done.made_authority
    assert shelf.authority_file.read_bytes() == authority
    assert leaf is not None
    assert "192.168.9.7" in map(str, names_of(leaf).addresses)


@pytest.mark.parametrize(("days", "due"), [(364, False), (366, True), (800, True), (-3, True)])
def test_the_server_certificate_is_renewed_a_month_before_its_end(
    shelf: Shelf, days: int, due: bool
) -> None:
    assert shelf.make_ready(own=PC, now=NOW + timedelta(days=days)).made_leaf is due


def test_an_authority_at_its_end_signs_once_more_and_then_gives_way(shelf: Shelf) -> None:
    near = NOW + timedelta(days=3640)
    assert shelf.make_ready(own=PC, now=near).made_leaf
    again = shelf.make_ready(own=PC, now=near)
    assert not again.made_leaf, "a leaf cannot outlive its authority: nothing new every start"
    after = shelf.make_ready(own=PC, now=NOW + timedelta(days=3651))
    assert after.made_authority
    assert after.made_leaf


def test_names_it_may_not_vouch_for_are_left_out_and_told(shelf: Shelf) -> None:
    extra = Names(("www.example.com",), (ipaddress.ip_address("8.8.8.8"),))
    done = shelf.make_ready(own=PC, extra=extra, now=NOW)
    assert done.left_out.dns == ("www.example.com",)
    assert [str(one) for one in done.left_out.addresses] == ["8.8.8.8"]
    assert "www.example.com" not in done.names.dns


def test_a_machine_with_a_public_address_gets_no_authority_over_it(tmp_path: Path) -> None:
    own = Names(("pc",), (ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("100.64.0.9")))
    done = Shelf(tmp_path).make_ready(own=own, now=NOW)
    assert [str(one) for one in done.names.addresses] == ["100.64.0.9"]
    assert [str(one) for one in done.left_out.addresses] == ["8.8.8.8"]


def test_a_first_authority_does_not_learn_public_names_from_what_is_asked(tmp_path: Path) -> None:
    extra = Names(("bank.example.com",), ())
    done = Shelf(tmp_path).make_ready(own=PC, extra=extra, now=NOW)
    assert done.left_out.dns == ("bank.example.com",)
    with pytest.raises(VerificationError):
        verified(signed_by(Shelf(tmp_path), "bank.example.com"), done.authority, extra.dns[0])


def test_a_lost_key_is_said_and_nothing_is_replaced(shelf: Shelf) -> None:
    (shelf.folder / "ca.key").unlink()
    before = shelf.server_file.read_bytes()
    moved = Names(PC.dns, (ipaddress.ip_address("192.168.9.7"),))
    with pytest.raises(CannotVouch, match="new-authority"):
        shelf.make_ready(own=moved, now=NOW)
    assert shelf.server_file.read_bytes() == before
    assert shelf.make_ready(own=moved, now=NOW, anew=True).made_authority


def test_a_damaged_authority_is_said(shelf: Shelf) -> None:
    shelf.authority_file.write_text("rubbish", "utf-8")
    with pytest.raises(CannotVouch, match=r"ca\.crt"):
        shelf.make_ready(own=PC, now=NOW)


def test_the_key_of_another_authority_is_no_key(shelf: Shelf, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "other")
    other.make_ready(own=PC, now=NOW)
    (shelf.folder / "ca.key").write_bytes((other.folder / "ca.key").read_bytes())
    with pytest.raises(CannotVouch):
        shelf.make_ready(own=PC, now=NOW + timedelta(days=390))


def test_this_machine_is_called_something_and_asks_nobody() -> None:
    own = machine.own_names()
    assert "localhost" in own.dns
    assert "127.0.0.1" in map(str, own.addresses)
    assert all(machine.is_host_name(name) for name in own.dns)


@pytest.mark.parametrize("name", ["小李的电脑", "a b", "-pc", "pc_1", "", "x" * 64, "pc..local"])
def test_what_is_no_host_name(name: str) -> None:
    assert not machine.is_host_name(name)


def test_python_trusts_what_it_made(shelf: Shelf) -> None:
    context = ssl.create_default_context(cafile=str(shelf.authority_file))
    assert len(context.get_ca_certs()) == 1
    leaf, authority = shelf.leaf(), shelf.authority()
    assert leaf is not None
    assert authority is not None
    assert leaf.issuer == authority.subject
    assert leaf.signature_hash_algorithm.name == hashes.SHA256().name  # type: ignore[union-attr]
