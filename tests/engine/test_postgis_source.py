"""Plots straight from a table of PostGIS."""

from __future__ import annotations

import pandas as pd
import pytest
import sqlalchemy as sa

from platforms.engine.running import run_parts
from platforms.errors import InputError
from platforms.planning.run import run


def test_a_table_is_read_in_its_order(yueqing, hard, postgis, tmp_path):
    plots = hard.plots.iloc[:150]
    plots = plots[plots.geometry.type.eq("Polygon")].reset_index(drop=True)
    kept = plots[["plot_id", "declared_m2", "scale", "tax_wan_2021", "geometry"]]
    address = postgis.address(postgis.database())
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    rows = kept.assign(number=range(len(kept))).sample(frac=1, random_state=1)
    columns = ", ".join(
        f"{name} {'text' if name in {'plot_id', 'scale'} else 'double precision'}"
        for name in kept.columns.drop("geometry")
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TABLE engine_plots ({columns}, number integer, geometry geometry(Polygon, 4490))"
        )
        names = list(rows.columns.drop("geometry"))
        connection.execute(
            sa.text(
                f"INSERT INTO engine_plots ({', '.join(names)}, geometry) VALUES"  # noqa: S608 names of its own
                f" ({', '.join(f':{n}' for n in names)}, ST_GeomFromWKB(:wkb, 4490))"
            ),
            [
                {n: None if pd.isna(row[n]) else row[n] for n in names}
                | {"wkb": row["geometry"].wkb}
                for _, row in rows.iterrows()
            ],
        )
    try:
        found = run_parts(
            yueqing, f"{address}?table=engine_plots&geom=geometry&order=number",
            tmp_path / "out", parts=3, workers=0,
        )  # fmt: skip
        with pytest.raises(InputError, match="no_such_table"):
            run_parts(yueqing, f"{address}?table=no_such_table", tmp_path / "none", workers=0)
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE engine_plots"))
        engine.dispose()
    local = run(yueqing, plots=kept)
    assert found.figures == local.figures
    assert found.issues.to_records() == local.issues.to_records()
    mine, theirs = found.plots(), local.plots
    assert list(mine.geometry.to_wkb()) == list(theirs.geometry.to_wkb())
    for name in ("plot_id", "area_m2", "net_m2", "verdict", "platform", "declared_m2"):
        pd.testing.assert_series_equal(
            pd.Series(mine[name]), pd.Series(theirs[name]), check_exact=True, check_dtype=False
        )
