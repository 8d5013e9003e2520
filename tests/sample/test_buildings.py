import pandas as pd
import pytest

from platforms.sample.buildings import summarise


def test_a_storey_above_eight_metres_counts_twice_in_far_only():
    buildings = pd.DataFrame(
        {
            "plot_id": ["a", "a"],
            "footprint_m2": [200.0, 100.0],
            "floor_area_m2": [200.0, 300.0],
            "counted_m2": [400.0, 300.0],
        }
    )
    plots = pd.DataFrame({"plot_id": ["a", "b"], "area_m2": [1000.0, 500.0]}, index=[7, 9])
    figures = summarise(buildings, plots)
    assert figures.index.tolist() == [7, 9]
    assert figures["far"].tolist() == pytest.approx([0.7, 0.0])
    assert figures["building_coefficient"].tolist() == pytest.approx([0.3, 0.0])
    assert figures["floor_area_m2"].tolist() == pytest.approx([500.0, 0.0])
