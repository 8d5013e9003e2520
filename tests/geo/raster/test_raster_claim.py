"""Claims: parsed to data, and what they take."""

import numpy as np
import pytest

from platforms.errors import InputError
from platforms.geo.raster.claim import Claim, parse_claim
from platforms.messages import LANGUAGES

VALUES = np.array([-1.0, 0.0, 1.0, 3.0, 4.0, np.nan])


@pytest.mark.parametrize(
    ("text", "claim", "takes"),
    [
        ("slope>25", Claim("slope", ">", (25.0,)), [0, 0, 0, 0, 0, 0]),
        (" Slope ≥ 3° ", Claim("slope", ">=", (3.0,)), [0, 0, 0, 1, 1, 0]),
        ("value in 3,4", Claim("value", "in", (3.0, 4.0)), [0, 0, 0, 1, 1, 0]),
        ("value in 3、 -1", Claim("value", "in", (3.0, -1.0)), [1, 0, 0, 1, 0, 0]),
        ("value＜＝1e0", Claim("value", "<=", (1.0,)), [1, 1, 1, 0, 0, 0]),
        ("value=3", Claim("value", "==", (3.0,)), [0, 0, 0, 1, 0, 0]),
        ("value≠3", Claim("value", "!=", (3.0,)), [1, 1, 1, 0, 1, 0]),
        ("value", Claim("value", "mask"), [1, 0, 1, 1, 1, 0]),
    ],
)
def test_a_claim_is_data(text, claim, takes):
    assert parse_claim(text) == claim
    assert parse_claim(claim) is claim
    assert parse_claim(str(claim)) == claim
    assert claim.takes(VALUES).tolist() == [bool(t) for t in takes]


@pytest.mark.parametrize(
    "text",
    [
        "", "slope", "slope in 3", "slope==2", "value>", "value in", "value>1 or True", "height>3",
        "value>nan", "value>1e999", "__import__('os')", "value in 3,,4", "value>1" + " " * 3000,
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(InputError) as error:
        parse_claim(text)
    assert error.value.key == "raster.claim"
    assert all("value in 3,4" in error.value.message(lang) for lang in LANGUAGES)


def test_a_number_is_compared_in_the_type_of_the_cells():
    assert parse_claim("value==0.1").takes(np.array([0.1], dtype=np.float32)).all()
    assert not parse_claim("value in 300").takes(np.array([44], dtype=np.uint8)).any()
