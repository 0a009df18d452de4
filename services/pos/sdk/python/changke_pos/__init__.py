"""Client of Changke's interface for POS vendors (changke.pos.v1).

PosClient speaks gRPC and needs grpcio and protobuf; PlainClient speaks HTTP and
JSON and needs nothing but Python. Both keep the same promises: a write is repeated
with one idempotency key until it is answered, and every refusal is a PosError.
OfflineQueue keeps bills on the disk while there is no line.
"""

from .offline import OfflineQueue, QueueDamaged, QueueLocked
from .plain import PlainClient, PosError, Retry
from .webhook import BadSignature, verify

__all__ = ["BadSignature", "OfflineQueue", "PlainClient", "PosClient", "PosError", "QueueDamaged", "QueueLocked", "Retry", "verify"]


def __getattr__(name):
    """Loads PosClient when it is asked for, so that the rest needs no grpcio."""
    if name == "PosClient":
        from .client import PosClient

        return PosClient
    raise AttributeError(name)
