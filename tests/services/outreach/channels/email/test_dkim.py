"""Signatures, as somebody else verifies them: dkimpy."""

from base64 import b64encode
from datetime import UTC, datetime
from uuid import UUID

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.dsa import generate_private_key as dsa_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.config import ConfigError
from services.outreach.channels.email.compiled import segments
from services.outreach.channels.email.dkim import keys_of
from services.outreach.channels.email.mime import Envelope, Skeleton, Words
from tests.services.outreach import builders

RSA = generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = Ed25519PrivateKey.generate()
LETTER = "Dear {{ given_name }},\n" + "this is what we wanted to tell you about our new offers.\n" * 9
NAMES: dict[str, RSAPrivateKey | Ed25519PrivateKey] = {
    "s1._domainkey.example.com.": RSA,
    "s2._domainkey.example.com.": ED25519,
}
COVERED = {"from", "to", "subject", "date", "message-id", "mime-version", "content-type"} | {
    "list-unsubscribe",
    "list-unsubscribe-post",
}
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="{}#"), max_size=120)


def pem(private: RSAPrivateKey | Ed25519PrivateKey) -> str:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SETTING = "".join(f"{name.rstrip('.')}\n{pem(key)}\n" for name, key in NAMES.items())


def published(name: bytes, timeout: int = 5) -> bytes:
    """The DNS record of a key."""
    key = NAMES[name.decode()]
    if isinstance(key, RSAPrivateKey):
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + b64encode(public)
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return b"v=DKIM1; k=ed25519; p=" + b64encode(raw)


def signed(*, subject: str = "Hello", words: str = LETTER, value: str = "Lin") -> bytes:
    taken_apart = segments(words, escaping=False, fixed={})
    skeleton = Skeleton(
        Words((subject,), taken_apart, taken_apart),
        mail_from="News Ü <news@example.com>",
        keys=keys_of(SETTING),
    )
    envelope = Envelope(
        UUID(int=5),
        value,
        "lin@example.org",
        "https://mail.example/u/token",
        "bounce+token@example.com",
        datetime.now(UTC),
    )
    return skeleton.fill(envelope, {"given_name": value})


def verified(mail: bytes) -> list[bool]:
    """Whether each signature of a mail holds."""
    return [holds(mail, number) for number in range(len(NAMES))]


def holds(mail: bytes, number: int) -> bool:
    try:
        return bool(dkim.DKIM(mail).verify(idx=number, dnsfunc=published))
    except dkim.ValidationError:
        return False


def test_every_key_signs_and_every_signature_holds() -> None:
    assert verified(signed()) == [True, True]


@settings(max_examples=20, deadline=None)
@given(subject=WORDS, words=WORDS, value=WORDS)
def test_signatures_hold_whatever_the_mail_says(subject: str, words: str, value: str) -> None:
    mail = signed(subject=subject, words=f"{words}{{{{ given_name }}}}{words}", value=value)
    assert verified(mail) == [True, True]


def test_signatures_hold_for_parts_in_base64_and_runs_of_blanks() -> None:
    assert verified(signed(words="你好 {{ given_name }}  再见\t" * 50)) == [True, True]
    assert verified(signed(words="a    b \n\n\n   c\t\td {{ given_name }}   \n\n\n")) == [True, True]


def test_all_headers_that_matter_are_covered() -> None:
    (first, second) = dkim.DKIM(signed()).headers[:2]
    for _, value in (first, second):
        tags = dkim.util.parse_tag_value(value)
        assert {name.strip().decode() for name in tags[b"h"].split(b":")} == COVERED
        assert tags[b"c"] == b"relaxed/relaxed"


@pytest.mark.parametrize(
    "change",
    [
        (b"Subject: Hello", b"Subject: Hallo"),
        (b"One-Click", b"Two-Click"),
        (b"Dear", b"Deer"),
        (b"From: ", b"From: boss@example.com\r\nFrom: "),
        (b"Subject: ", b"Subject: Other\r\nSubject: "),
        (b"<https://mail.example/u/token>", b"<https://mail.example/u/tokem>"),
    ],
)
def test_a_mail_that_was_changed_on_its_way_fails(change: tuple[bytes, bytes]) -> None:
    mail = signed()
    assert change[0] in mail
    assert verified(mail.replace(*change)) == [False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "needs a line selector._domainkey.domain"),
        (pem(RSA), "needs a line selector._domainkey.domain"),
        (
            "s1._domainkey.example.com\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "cannot be read",
        ),
        (
            "s1._domainkey.example.com\n"
            + dsa_key(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "neither RSA nor ed25519",
        ),
    ],
)
def test_a_key_that_cannot_be_used_ends_the_start_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        builders.settings(dkim_keys=text)
    assert "AAAA" not in str(caught.value)


def test_without_a_key_nothing_is_signed() -> None:
    assert keys_of("") == []
