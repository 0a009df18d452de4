"""Client of Changke's interface for POS vendors (changke.pos.v1).

PosClient speaks gRPC and needs grpcio and protobuf; PlainClient speaks HTTP and
JSON and needs nothing but Python. Both keep the same promises: a write is repeated
with one idempotency key until it is answered, and every refusal is a PosError.
"""

from .plain import PlainClient, PosError, Retry
from .webhook import BadSignature, verify

__all__ = ["BadSignature", "PlainClient", "PosClient", "PosError", "Retry", "verify"]


def __getattr__(name):
    """Loads PosClient when it is asked for, so that the rest needs no grpcio."""
    if name == "PosClient":
        from .client import PosClient

        return PosClient
    raise AttributeError(name)
