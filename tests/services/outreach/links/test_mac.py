"""Our HMAC is that of the standard library."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.links.mac import Mac


@given(key=st.binary(max_size=200), text=st.binary(max_size=300))
def test_it_is_the_same(key: bytes, text: bytes) -> None:
    assert Mac(key).of(text) == hmac.digest(key, text, "sha256")
