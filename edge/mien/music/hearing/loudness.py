"""Integrated loudness after ITU-R BS.1770-4 and EBU R128, of the channels as they sound together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mien.music.hearing.recording import Recording

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HOP_SECONDS = 0.1
_HOPS_A_BLOCK = 4
_HOPS_A_CHUNK = 5
_SILENCE_LUFS, _RELATIVE_GATE = -70.0, -10.0
_SURROUND_WEIGHT = 1.41


def block_powers(recording: Recording) -> NDArray[np.float64]:
    """Return the K-weighted mean square, summed over the channels, of blocks of 400 ms, begun every 100 ms.

    A single channel counts twice, since both speakers play it: the same sound is as loud from a mono file as from a
    stereo one. What fills no block at the end is left out; a recording shorter than a block is one block.
    """
    if not recording.samples.size:
        return np.empty(0)
    hop = max(1, round(_HOP_SECONDS * recording.rate))
    response = _k_weighting(recording.rate, (1 + _HOPS_A_CHUNK) * hop)
    heard = zip(recording.samples, speaker_weights(recording.speakers), strict=True)
    powers = np.sum([weight * _hop_powers(channel, response, hop) for channel, weight in heard if weight], axis=0)
    if powers.size < _HOPS_A_BLOCK:
        return np.array([powers.mean()])
    return np.convolve(powers, np.full(_HOPS_A_BLOCK, 1 / _HOPS_A_BLOCK), mode="valid")


def integrated_loudness(powers: NDArray[np.float64]) -> float | None:
    """Return the loudness in LUFS of blocks' powers, gated at -70 LUFS and 10 LU below their mean; None for silence."""
    loud = powers[powers > _power(_SILENCE_LUFS)]
    if not loud.size:
        return None
    gate = _power(_lufs(float(loud.mean())) + _RELATIVE_GATE)
    return _lufs(float(loud[loud > gate].mean()))


def speaker_weights(speakers: tuple[str, ...]) -> list[float]:
    """Return how much each channel counts: the low-frequency one not at all, those beside and behind 1.5 dB more."""
    if len(speakers) == 1:
        return [2.0]
    return [0.0 if name.startswith("LFE") else _SURROUND_WEIGHT if name[0] in "BS" else 1.0 for name in speakers]


def _hop_powers(channel: NDArray[np.float32], response: NDArray[np.complex64], hop: int) -> NDArray[np.float64]:
    """Return the mean square of each 100 ms of a weighted channel.

    A recursive filter would have to go sample by sample, which numpy cannot do fast. Here each half second is filtered
    through its spectrum, with the 100 ms before it, in which the filter's answer to anything fades by 100 dB
    (overlap-save).
    """
    hops = max(1, channel.size // hop)
    chunks = -(-hops // _HOPS_A_CHUNK)
    padded = np.zeros((1 + chunks * _HOPS_A_CHUNK) * hop, np.float32)
    padded[hop:][: channel.size] = channel[: padded.size - hop]
    framed = np.lib.stride_tricks.sliding_window_view(padded, (1 + _HOPS_A_CHUNK) * hop)[:: _HOPS_A_CHUNK * hop]
    weighted = np.fft.irfft(np.fft.rfft(framed) * response, framed.shape[1])[:, hop:]
    squares: NDArray[np.float64] = np.einsum("ij,ij->i", *[weighted.reshape(-1, hop)] * 2).astype(np.float64)
    return squares[:hops] / hop


def _k_weighting(rate: int, size: int) -> NDArray[np.complex64]:
    """Return the frequency response of BS.1770's two filters, for a transform of `size` samples at any rate.

    The standard gives coefficients at 48 kHz only; these are its analogue shapes, which the bilinear transform turns
    into the same coefficients there (B. De Man, Evaluation of implementations of the EBU R128 loudness measurement,
    AES 2018).
    """
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    return (_high_shelf(rate, z) * _high_pass(rate, z)).astype(np.complex64)


def _high_shelf(rate: int, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """+4 dB above some 1.7 kHz: the head's own effect on what reaches the ear."""
    k, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    gain = 10 ** (3.999843853973347 / 20)
    middle = gain**0.4996667741545416
    above = gain + middle * k / q + k * k, 2 * (k * k - gain), gain - middle * k / q + k * k
    below = 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k
    return np.polynomial.polynomial.polyval(z, above) / np.polynomial.polynomial.polyval(z, below)


def _high_pass(rate: int, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Nothing below some 40 Hz, where the ear hears little."""
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    below = 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k
    return (1 - z) ** 2 / np.polynomial.polynomial.polyval(z, below)


def _lufs(power: float) -> float:
    return 10 * math.log10(power) - 0.691


def _power(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)
