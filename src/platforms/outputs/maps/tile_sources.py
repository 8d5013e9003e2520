"""Background tiles by setting: which server, in which datum, and what is refused.

No tile is asked for unless somebody who runs the app names a source in a file. Each source
says its datum, because a tile does not: a GCJ-02 tile drawn as it stands lies half a kilometre
beside the plots. Tiles are shifted, the data never; a server that is known to give GCJ-02 and
is declared as anything else is refused, and BD-09 is refused altogether, as its tiles do not
follow the grid. A key stands in the environment, never in the file, so the file can be shown;
it reaches the browser of a visitor and no document, export or message. Only tiles of the web
mercator grid (EPSG:3857, 天地图 ``_w``) are read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from platforms.errors import CardError
from platforms.layers.cards import Text
from platforms.layers.yaml_file import read_model

__all__ = ["TileSource", "read_tiles", "tile_hosts", "tile_layers"]

_SETTING = "PLATFORMS_TILES"
# servers, and paths wherever they are offered, whose tiles are known to be in one datum
_GCJ_HOSTS = ("autonavi.com", "amap.com", "gaode.com", "geoq.cn", "gtimg.com", "qq.com",
              "google.cn", "googleapis.cn")  # fmt: skip
_GCJ_PATH = "appmaptile"
_TRUE_HOSTS = ("tianditu.gov.cn", "tianditu.com", "openstreetmap.org")
_BD_HOSTS = ("baidu.com", "bdimg.com", "bdstatic.com", "bcebos.com")
_DEGREE_GRID = re.compile(r"(?i)[/=](?:vec|img|ter|cva|cia|cta|ibo)_c\b|tilematrixset=c\b")
_KEY_FIELDS = {"tk", "key", "ak", "token", "access_token", "apikey", "api_key", "appkey"}
_FIELDS = {"x", "y", "z", "s", "key"}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_STAND_IN = "0"

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Subdomain = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
KeyName = Annotated[str, Field(pattern=r"^PLATFORMS_[A-Z0-9_]*KEY$")]
Template = Annotated[str, Field(min_length=1, max_length=1000)]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TileSource(_Written):
    """A background that a visitor can switch on."""

    id: Id
    """Name in the setting."""
    title: Text
    """Name in the legend."""
    datum: Literal["cgcs2000", "wgs84", "gcj02", "bd09"]
    """What the tiles are drawn in; GCJ-02 is shifted, BD-09 refused."""
    tiles: Annotated[tuple[Template, ...], Field(min_length=1, max_length=4)]
    """Addresses with ``{x}``, ``{y}``, ``{z}``; the first lies lowest."""
    subdomains: Annotated[tuple[Subdomain, ...], Field(max_length=16)] = ()
    """What ``{s}`` stands for in turn."""
    attribution: Annotated[str, Field(min_length=1, max_length=200)]
    """Whose tiles these are, shown on the map."""
    min_zoom: Annotated[int, Field(ge=0, le=22)] = 1
    """Smallest level of the server."""
    max_zoom: Annotated[int, Field(ge=0, le=22)] = 18
    """Largest level of the server; closer up its tiles are enlarged."""
    key: KeyName | None = None
    """Name of the environment variable, or Streamlit secret, that holds ``{key}``."""


class _Setting(_Written):
    sources: Annotated[tuple[TileSource, ...], Field(max_length=8)]


def read_tiles(path: str | os.PathLike[str] | None = None) -> tuple[TileSource, ...]:
    """Read which background tiles the app offers.

    Parameters
    ----------
    path
        YAML file; default what ``PLATFORMS_TILES`` names. Neither: no tiles.

    Returns
    -------
    sources
        In the file's order; empty where nothing is set.

    Raises
    ------
    CardError
        When the file breaks its schema, an address is none, a key stands in it, a datum
        contradicts the server, or the grid or datum is not read here.
    """
    given = os.fspath(path) if path is not None else os.environ.get(_SETTING, "")
    if not given:
        return ()
    file = Path(given)
    sources = read_model(file, _Setting).sources
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise CardError("tiles.id_twice", file=file.name, id=source.id)
        seen.add(source.id)
        for key, fields in _faults(source):
            raise CardError(f"tiles.{key}", file=file.name, id=source.id, **fields)
    return sources


def _faults(source: TileSource) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what is wrong with a source: key of the message and its fields.

    No message repeats an address: a key may stand in it.
    """
    if source.datum == "bd09":
        yield "bd09", {}
    if source.min_zoom > source.max_zoom:
        yield "zooms", {"low": source.min_zoom, "high": source.max_zoom}
    for template in source.tiles:
        yield from _address_faults(template, source)
        for host in _hosts(template, source):
            yield from _datum_faults(host, template, source.datum)
        if _DEGREE_GRID.search(template):
            yield "degree_grid", {}


def _address_faults(template: str, source: TileSource) -> Iterator[tuple[str, dict[str, object]]]:
    fields = set(re.findall(r"\{([^{}]*)\}", template))
    fields = set(re.findall(r"\{([^{}]*)\}", template))
    stray = re.search(r"[{}]", re.sub(r"\{\w+\}", "", template))
    if not {"x", "y", "z"} <= fields or fields - _FIELDS or stray:
        yield "fields", {"found": sorted(fields), "allowed": sorted(_FIELDS)}
    if ("s" in fields) != bool(source.subdomains):
        yield "subdomains", {}
    if ("key" in fields) and source.key is None:
        yield "key_unnamed", {}
    if not re.fullmatch(r"https?://[\x21-\x7e]+", template) or re.search(r"[\\\"'<>;]", template):
        yield "address", {}
        return
    try:
        parts = urlsplit(_filled(template, source.subdomains[0] if source.subdomains else ""))
        port = parts.port
    except ValueError:
        yield "address", {}
        return
    authority = template.split("/", 3)[2]
    outside = {"x", "y", "z", "key"} & set(re.findall(r"\{(\w+)\}", authority))
    if parts.username is not None or port == 0 or parts.fragment or outside:
        yield "address", {}
    for name, value in parse_qsl(urlsplit(template).query, keep_blank_values=True):
        if name.lower() in _KEY_FIELDS and value != "{key}":
            yield "key_written", {"field": name}


def _datum_faults(host: str, template: str, datum: str) -> Iterator[tuple[str, dict[str, object]]]:
    if not _HOST.fullmatch(host):
        yield "address", {}
    if _under(host, _BD_HOSTS):
        yield "bd09", {}
    if datum != "gcj02" and (_under(host, _GCJ_HOSTS) or _GCJ_PATH in template.lower()):
        yield "gcj_undeclared", {"host": host, "datum": datum}
    if datum == "gcj02" and _under(host, _TRUE_HOSTS):
        yield "not_gcj", {"host": host}


def _under(host: str, names: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _filled(template: str, subdomain: str) -> str:
    """Return an address with harmless values in its fields."""
    return re.sub(r"\{(\w+)\}", lambda m: subdomain if m[1] == "s" else _STAND_IN, template)


def _hosts(template: str, source: TileSource) -> list[str]:
    found = (urlsplit(_filled(template, s)).hostname or "" for s in source.subdomains or ("",))
    return [host.rstrip(".") for host in found]


def tile_hosts(sources: tuple[TileSource, ...]) -> tuple[str, ...]:
    """Return the origins that a browser must be let ask: ``scheme://host`` and the port.

    Parameters
    ----------
    sources
        As `read_tiles` gave them.

    Returns
    -------
    origins
        Each once, sorted.
    """
    origins: set[str] = set()
    for source in sources:
        for template in source.tiles:
            for subdomain in source.subdomains or ("",):
                parts = urlsplit(_filled(template, subdomain))
                port = f":{parts.port}" if parts.port else ""
                origins.add(f"{parts.scheme}://{parts.hostname}{port}")
    return tuple(sorted(origins))


def tile_layers(
    sources: tuple[TileSource, ...], keys: Mapping[str, str], lang: str | None = None
) -> list[dict[str, object]]:
    """Return sources as the map in the app takes them, keys put in.

    Parameters
    ----------
    sources
        As `read_tiles` gave them.
    keys
        Keys by the name that the setting gives them.
    lang
        Language of the titles; default the current one.

    Returns
    -------
    layers
        One dict a source: id, title, shift (whether the tiles are GCJ-02), tiles, subdomains,
        attribution, min_zoom, max_zoom. A source whose key is not given is left out.
    """
    layers: list[dict[str, object]] = []
    for source in sources:
        key = keys.get(source.key, "") if source.key else ""
        if source.key and not key:
            continue
        layers.append(
            {
                "id": source.id,
                "title": source.title.show(lang),
                "shift": source.datum == "gcj02",
                "tiles": [t.replace("{key}", quote(key, safe="")) for t in source.tiles],
                "subdomains": list(source.subdomains),
                "attribution": source.attribution,
                "min_zoom": source.min_zoom,
                "max_zoom": source.max_zoom,
            }
        )
    return layers
