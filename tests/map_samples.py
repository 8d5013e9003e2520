"""Small map documents with known answers, for the tests of the builder and of the browser."""

from __future__ import annotations

import geopandas as gpd
import shapely

from platforms.outputs.maps.map_document import (
    Bar,
    Chart,
    Column,
    Figure,
    MapLayer,
    Sheet,
    SourceNote,
    Table,
    map_document,
)

HOSTILE = (
    "<img src=x onerror=window.hit=1>",
    "</script><script>window.hit=2</script>",
    "${window.hit=3}",
    "`${alert(1)}`",
    "{{7*7}}",
    "{% raw %}",
    "<!--<script>",
    "\u202eabc\u200b\u2028",
    "𠮷" * 40,
    "javascript:window.hit=4",
    "' onmouseover='window.hit=5",
)
QUOTE = "保留现状，通过改造提升引导无污染的工业发展"
WEST, SOUTH = 120.80, 28.00


def square(lon: float, lat: float, side: float = 0.01) -> shapely.Polygon:
    return shapely.box(lon, lat, lon + side, lat + side)


def county() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.box(WEST, SOUTH, 121.2, 28.4)], crs=4490)


def neighbours() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["永嘉县"]}, geometry=[shapely.box(120.3, 27.7, WEST, 28.7)], crs=4490
    )


def platforms_layer(count: int = 12, **changes: object) -> MapLayer:
    """Platforms that all stand on the same stand-in point, and one on its own."""
    points = [shapely.Point(120.95, 28.15)] * count + [shapely.Point(121.1, 28.3)]
    frame = gpd.GeoDataFrame(
        {
            "platform_id": [f"P{i:02d}" for i in range(count + 1)],
            "name": [f"平台{i:02d}" for i in range(count + 1)],
            "direction": ["keep_upgrade"] * count + ["key_development"],
            "direction_text": QUOTE,
            "land_mu": [float(i) for i in range(count)] + [None],
            "doc": "d1",
            "section": "附件二",
            "row": [str(i + 1) for i in range(count + 1)],
            "page": "58",
            "basis": "town_fallback",
            "accuracy_m": 4000,
        },
        geometry=points,
        crs=4490,
    )
    columns = [
        Column(name="platform_id", title="编号", role="hidden"),
        Column(name="name", title="名称", role="title"),
        Column(
            name="direction",
            title="方向",
            type="category",
            labels={"keep_upgrade": "保留提升", "key_development": "重点发展"},
        ),
        Column(name="direction_text", title="方向（原文）", role="quote"),
        Column(name="land_mu", title="用地", unit="亩", type="number", digits=2),
        *[Column(name=n, title=n) for n in ("doc", "section", "row", "page", "basis")],
        Column(name="accuracy_m", title="精度", type="integer", unit="m"),
    ]
    given: dict[str, object] = {
        "name": "platforms",
        "title": "产业平台",
        "frame": frame,
        "key": "platform_id",
        "columns": columns,
        "source": "《规划》附件二",
        "date": "2016-10",
        "schematic": True,
    }
    return MapLayer(**{**given, **changes})  # type: ignore[arg-type]


def plots_layer(names: tuple[str, ...] = (), **changes: object) -> MapLayer:
    """Nine plots in a row, three of each verdict; names may be given."""
    verdicts = ["low_efficiency", "not", "unknown"] * 3
    titles = list(names) or [f"地块{i}" for i in range(9)]
    verdicts = (verdicts * (len(titles) // 9 + 1))[: len(titles)]
    shapes = [
        square(120.85 + 0.012 * (i % 20), 28.05 + 0.012 * (i // 20)) for i in range(len(titles))
    ]
    frame = gpd.GeoDataFrame(
        {
            "plot_id": [f"S{i:03d}" for i in range(len(titles))],
            "name": titles,
            "verdict": verdicts,
            "area_mu": [10.0 * i + 0.125 for i in range(len(titles))],
            "basis": "sample",
        },
        geometry=shapes,
        crs=4490,
    )
    columns = [
        Column(name="plot_id", title="地块编号", role="hidden"),
        Column(name="name", title="名称", role="title"),
        Column(name="verdict", title="认定结果", type="category"),
        Column(name="area_mu", title="面积", unit="亩", type="number", digits=3),
        Column(name="basis", title="依据"),
    ]
    given: dict[str, object] = {
        "name": "plots",
        "title": "工业地块",
        "frame": frame,
        "key": "plot_id",
        "columns": columns,
        "sample": True,
    }
    return MapLayer(**{**given, **changes})  # type: ignore[arg-type]


def sheet(**changes: object) -> Sheet:
    given: dict[str, object] = {
        "title": "测试图",
        "county": county(),
        "neighbours": neighbours(),
        "date": "2026-01-02",
        "waters": [("乐清湾", 121.3, 28.2)],
        "sources": [
            SourceNote(
                id="d1",
                title="某市“十三五”规划",
                issuer="某局",
                number="某发〔2016〕1号",
                date="2016-10",
            )
        ],
        "figures": [Figure(key="plots", label="地块", value="9", unit="宗")],
        "charts": [
            Chart(id="c", title="认定", unit="亩", bars=[Bar(label="低效", value=3, text="3.00")])
        ],
        "tables": [
            Table(
                id="t", title="平台表", layer="platforms", columns=["name", "direction", "land_mu"]
            )
        ],
        "notes": ["面积为椭球面积。"],
    }
    return Sheet(**{**given, **changes})  # type: ignore[arg-type]


def document(*layers: MapLayer, **changes: object):
    """Return the document of both layers (or of those given)."""
    options = {k: changes.pop(k) for k in ("lang", "compress") if k in changes}
    return map_document(
        list(layers) or [platforms_layer(), plots_layer()], sheet(**changes), **options
    )


def hostile_document():
    """Return a document whose every text is an attack."""
    text = " ".join(HOSTILE)
    plots = plots_layer(names=HOSTILE, title=text, source=text, note=text)
    platforms = platforms_layer(title=text)
    frame = platforms.frame.assign(
        direction_text=text, section=text, basis=text, name=[f"{text} {i}" for i in range(13)]
    )
    platforms = platforms_layer(
        frame=frame,
        columns=[
            Column(name=c.name, title=text, role=c.role, type=c.type, labels={"keep_upgrade": text})
            for c in platforms.columns
        ],
    )
    return document(
        platforms,
        plots,
        title=text,
        subtitle=text,
        date=text,
        notes=[text],
        waters=[(text, 121.3, 28.2)],
        sources=[SourceNote(id="d1", title=text, issuer=text)],
        figures=[Figure(key=text, label=text, value=text, unit=text, note=text)],
        charts=[Chart(id=text, title=text, bars=[Bar(label=text, value=1, text=text, color=text)])],
        tables=[Table(id=text, title=text, layer="platforms", columns=["name", "direction"])],
    )
