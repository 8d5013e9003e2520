"""A mutator gives bytes back, whatever it is given."""

from __future__ import annotations

import random

from tree_mutants import of_xml


def test_a_text_that_names_an_unknown_encoding_is_changed_as_bytes():
    made = of_xml(b'<?xml version="1.0" encoding="utf65536"?><a/>', random.Random(1))
    assert isinstance(made, bytes)
