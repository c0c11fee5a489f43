"""Laws of the noise of generated runs, by their number in a profile."""

import numpy as np
from scipy.stats import gumbel_r, laplace, norm, t

__all__ = ["GUMBEL", "LAPLACE", "TWO_WAYS", "draw_noise", "noise_beyond"]

LAPLACE = 0.0
GUMBEL = -1.0  # skewed to the expensive and slow side, around its mean
TWO_WAYS = -2.0  # two modes
_OTHER_WAY_SHARE, _OTHER_WAY = 0.15, 2.5  # how often a run takes the other way, and how far it is


def draw_noise(rng: np.random.Generator, law: float) -> float:
    """Draw one deviation; a positive law is the degrees of freedom of Student's t."""
    if law == GUMBEL:
        return float(rng.gumbel(-np.euler_gamma, 1))
    if law == TWO_WAYS:
        return float(rng.normal(_OTHER_WAY * (rng.random() < _OTHER_WAY_SHARE), 1))
    return float(rng.laplace(0, 1) if law == LAPLACE else rng.standard_t(law))


def noise_beyond(z: np.ndarray, law: float) -> np.ndarray:
    """Return how often deviations are larger."""
    if law == GUMBEL:
        return gumbel_r.sf(z, loc=-np.euler_gamma)
    if law == TWO_WAYS:
        usual, other = norm.sf(z), norm.sf(z - _OTHER_WAY)
        return (1 - _OTHER_WAY_SHARE) * usual + _OTHER_WAY_SHARE * other
    return laplace.sf(z) if law == LAPLACE else t.sf(z, law)
