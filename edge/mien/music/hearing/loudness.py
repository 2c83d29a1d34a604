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
_STANDARD_RATE = 48_000
# BS.1770-4, tables 1 and 2: what is multiplied with the input, and with the output, of now, one and two samples ago.
_HEAD = (1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)


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
    return squares[:hops] / min(hop, channel.size)


def _k_weighting(rate: int, size: int) -> NDArray[np.complex64]:
    """Return the response of BS.1770's two filters at the frequencies of a transform of `size` samples.

    The standard gives them as coefficients for 48 kHz. They are asked for what they do at each frequency there, so that
    a sound is weighted alike at every rate; above 24 kHz, where they say nothing, as at 24 kHz.
    """
    hertz = np.minimum(np.arange(size // 2 + 1) * rate / size, _STANDARD_RATE / 2)
    delay = np.exp(-2j * np.pi * hertz / _STANDARD_RATE)
    powers = np.stack([np.ones_like(delay), delay, delay**2])
    response = np.ones_like(delay)
    for ahead, back in (_HEAD, _HIGH_PASS):
        response *= (np.array(ahead) @ powers) / (np.array(back) @ powers)
    return response.astype(np.complex64)


def _lufs(power: float) -> float:
    return 10 * math.log10(power) - 0.691


def _power(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)
