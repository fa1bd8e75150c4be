"""The tiny trained model is built once for both test folders."""

from tests.text_model.conftest import tiny

__all__ = ["tiny"]
