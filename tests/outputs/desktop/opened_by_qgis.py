"""Run by the system's python3 beside QGIS: opens files as its users do and prints what it sees."""

from __future__ import annotations

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def look(path: str, order: list[str], picture: str, box: list[float]) -> dict:
    """Open every layer of a file, draw those of `order`, the first on top."""
    found = {}
    layers = {}
    for one in QgsProviderRegistry.instance().querySublayers(path):
        # of a zip it tells the name of the part, and the layer's behind it
        name = one.uri().rpartition("layername=")[2].partition("|")[0] or one.name()
        layers[name] = QgsVectorLayer(one.uri(), name, one.providerKey())
        found[name] = told(layers[name])
    if picture:
        draw([layers[name] for name in order], picture, box)
    return found


def told(layer: QgsVectorLayer) -> dict:
    """Return what QGIS makes of a layer."""
    renderer = layer.renderer()
    classes = renderer.categories() if renderer and renderer.type() == "categorizedSymbol" else []
    fields = layer.fields()
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": renderer.type() if renderer else "",
        "attribute": renderer.classAttribute() if classes else "",
        "classes": [[c.value(), c.label()] for c in classes],
        "parts": [[s.layerType() for s in c.symbol().symbolLayers()] for c in classes],
        "labels": layer.labelsEnabled(),
        "label_from": layer.labeling().settings().minimumScale if layer.labeling() else 0,
        "aliases": {f.name(): f.alias() for f in fields},
        "words": {
            f.name(): {
                k: v for one in f.editorWidgetSetup().config()["map"] for v, k in one.items()
            }
            for f in fields
            if f.editorWidgetSetup().type() == "ValueMap"
        },
        "abstract": layer.metadata().abstract(),
        "areas": areas(layer),
    }


def areas(layer: QgsVectorLayer) -> dict:
    """Return the areas of the attribute and those that QGIS measures on the ellipsoid."""
    if "area_m2" not in layer.fields().names() or "plot_id" not in layer.fields().names():
        return {}
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsCoordinateTransformContext())
    # the ellipsoid of CGCS2000, as QGIS knows it
    measure.setEllipsoid("EPSG:7030" if layer.crs().authid() == "EPSG:4326" else "EPSG:1024")
    return {
        f["plot_id"]: [f["area_m2"], measure.measureArea(f.geometry())] for f in layer.getFeatures()
    }


def draw(layers: list[QgsVectorLayer], picture: str, box: list[float]) -> None:
    """Draw layers into a picture."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4490"))
    settings.setExtent(QgsRectangle(*box))
    settings.setOutputSize(QSize(1100, 900))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(picture)


def main() -> None:
    """Answer one question, given as JSON."""
    question = json.loads(sys.argv[1])
    program = QgsApplication([], False)
    program.initQgis()
    answer = {
        one["path"]: look(
            one["path"], one.get("order", []), one.get("picture", ""), one.get("box", [])
        )
        for one in question
    }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    program.exitQgis()


if __name__ == "__main__":
    main()
