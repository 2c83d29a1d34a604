"""Reads the numbers of a TensorFlow checkpoint without TensorFlow.

A checkpoint (format V2, "tensor bundle") is a data file of plain little-endian numbers and an index, a LevelDB table
that says of each tensor its shape and where it begins. TensorFlow writes the table's blocks uncompressed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mien_export.errors import ExportError

_FOOTER_BYTES = 48
_MAGIC = 0xDB4775248B80FB57
_FLOAT32 = 1

Message = dict[int, list[int | bytes]]


def read_checkpoint(index: bytes, data: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the float32 tensors of a checkpoint by name; those of other types are left out.

    Args:
        index: what its `.index` file holds.
        data: what its only data file, `.data-00000-of-00001`, holds.

    Raises:
        ExportError: the index is not such a table.
    """
    if len(index) < _FOOTER_BYTES or struct.unpack_from("<Q", index, len(index) - 8)[0] != _MAGIC:
        raise ExportError("The wheel's checkpoint has no TensorFlow index; download the wheel again.")
    entries = ((name.decode(), _message(value)) for name, value in _table(index) if name)
    return {name: _tensor(entry, data) for name, entry in entries if entry.get(1) == [_FLOAT32]}


def _tensor(entry: Message, data: bytes) -> NDArray[np.float32]:
    """Return the tensor of a BundleEntryProto: its type (1), shape (2), offset (4) and size (5) in bytes."""
    shape = [_number(_message(size), 1) for size in _message(_bytes(entry, 2)).get(2, []) if isinstance(size, bytes)]
    count = _number(entry, 5) // 4
    return np.frombuffer(data, "<f4", count, _number(entry, 4)).reshape(shape).astype(np.float32)


def _table(index: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield every key and value of the table: its index block names the blocks that hold them."""
    footer = len(index) - _FOOTER_BYTES
    position = footer
    handle = []
    for _ in range(4):
        number, position = _varint(index, position)
        handle.append(number)
    for _, place in _block(index, handle[2], handle[3]):
        start, after = _varint(place, 0)
        size, _ = _varint(place, after)
        yield from _block(index, start, size)


def _block(index: bytes, start: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a block: each key is written without what it shares with the one before."""
    restarts = struct.unpack_from("<I", index, start + size - 4)[0]
    end = start + size - 4 * (restarts + 1)
    position, key = start, b""
    while position < end:
        shared, position = _varint(index, position)
        own, position = _varint(index, position)
        length, position = _varint(index, position)
        key = key[:shared] + index[position : position + own]
        position += own
        yield key, index[position : position + length]
        position += length


def _message(data: bytes) -> Message:
    """Return the fields of a protocol buffer message by number."""
    fields: Message = {}
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        value: int | bytes
        if tag & 7 == 0:
            value, position = _varint(data, position)
        else:
            size, position = (4, position) if tag & 7 == 5 else _varint(data, position)
            value, position = data[position : position + size], position + size
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _number(message: Message, field: int) -> int:
    value = message.get(field, [0])[0]
    return value if isinstance(value, int) else 0


def _bytes(message: Message, field: int) -> bytes:
    value = message.get(field, [b""])[0]
    return value if isinstance(value, bytes) else b""


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """Return a number written seven bits a byte, the lowest first, and the position after it."""
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
