"""Sample land of a city: plots, buildings, constraints, firms and terrain, all synthetic.

No parcel data of these counties are public, so the product is shown on made-up land. It is
grown from a recipe and a seed: the same recipe gives the same content. Every row says
``basis = sample``, names say 示例, credit codes cannot be real ones, and ``accuracy_m`` is
that of the stand-in point around which a block was laid out. Nothing here may be read as a
fact about a place or a firm.

``python -m platforms.sample yueqing`` writes the files again.
"""

from platforms.sample.generate import Sample, generate
from platforms.sample.recipe import load_recipe

__all__ = ["Sample", "generate", "load_recipe"]
