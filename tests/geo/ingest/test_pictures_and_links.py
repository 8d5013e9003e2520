"""What a KML file holds beside its places: pictures on the ground, and links elsewhere."""

from __future__ import annotations

import corpus
import pytest
from corpus_rest import _WHOLE
from test_corpus import AREA

from platforms.errors import FormatError
from platforms.geo import read

BOX = "<north>28.21</north><south>28.2</south><east>121</east><west>120.99</west>"
CORNERS = "<coordinates>120.99,28.2 121,28.2 121,28.21 120.99,28.21</coordinates>"
PICTURES = {
    "box": f"<GroundOverlay><name>图</name><LatLonBox>{BOX}</LatLonBox></GroundOverlay>",
    "corners": f"<GroundOverlay><gx:LatLonQuad>{CORNERS}</gx:LatLonQuad></GroundOverlay>",
}


def _kml(body: str) -> bytes:
    other = b'<kml xmlns:gx="http://www.google.com/kml/ext/2.2" '
    return corpus.kml(body).replace(b"<kml ", other)


@pytest.mark.parametrize("where", ["{0}{1}", "{1}{0}", "<Folder><name>f</name>{1}{0}</Folder>"])
@pytest.mark.parametrize("picture", PICTURES.values(), ids=list(PICTURES))
def test_the_frame_of_a_picture_is_no_plot(picture, where, tmp_path):
    path = corpus.raw(tmp_path, "a.kml", _kml(where.format(_WHOLE, picture * 2)))
    plots = read.read_plots(path, workspace=AREA)
    assert len(plots.frame) == 1
    (issue,) = (i for i in plots.issues if i.kind == "kml_pictures")
    assert issue.severity == "warning"
    assert "2 个" in issue.message()


def test_a_file_of_pictures_alone_has_no_plots(tmp_path):
    path = corpus.raw(tmp_path, "a.kml", _kml(PICTURES["box"]))
    with pytest.raises(FormatError) as told:
        read.read_plots(path, workspace=AREA)
    assert told.value.key == "read.kml_no_places"
    assert told.value.fields == {"file": "a.kml", "pictures": 1, "links": 0}
