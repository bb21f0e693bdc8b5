"""The raw limit of ``mail-signed``: RSA-2048 signatures and nothing else.

``python -m bench.raw_rsa SECONDS`` prints how many a second one loop makes.
"""

import sys
import time

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

DATA = b"x" * 1000


def rate(seconds: float) -> float:
    """Signatures a second."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    padding, digest = PKCS1v15(), SHA256()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(50):
            private.sign(DATA, padding, digest)
        count += 50
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(rate(float(sys.argv[1])))
