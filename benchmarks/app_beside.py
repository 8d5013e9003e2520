"""The page one would write with st_folium: the same plots, a filter, a table, drawing.

Run by ``app.py`` with ``streamlit run``; the file of plots is its argument. Slim columns, canvas
and a map that returns nothing but the drawing: the fastest that its documentation offers.
"""

import sys

import folium
import geopandas as gpd
import pyproj
import streamlit as st
from folium.plugins import Draw
from shapely.geometry import shape
from streamlit_folium import st_folium

st.set_page_config(layout="wide")


@st.cache_resource
def plots(path: str) -> gpd.GeoDataFrame:
    """Return the plots, read once."""
    return gpd.read_file(path)[["plot_id", "name", "scale", "geometry"]]


rows = plots(sys.argv[1])
chosen = st.selectbox("scale", ["all", "above", "below"], key="scale")
left = rows if chosen == "all" else rows[rows["scale"] == chosen]
sheet = folium.Map([28.15, 120.95], zoom_start=11, tiles=None, prefer_canvas=True)
folium.GeoJson(
    left,
    style_function=lambda _: {"color": "#35607a", "fillColor": "#88ccee", "weight": 1},
    tooltip=folium.GeoJsonTooltip(["plot_id", "name"]),
).add_to(sheet)
Draw().add_to(sheet)
told = st_folium(
    sheet, key="map", height=580, use_container_width=True, returned_objects=["last_active_drawing"]
)
if told and told.get("last_active_drawing"):
    area, _ = pyproj.Geod(ellps="GRS80").geometry_area_perimeter(
        shape(told["last_active_drawing"]["geometry"])
    )
    st.html(f"<p class='drawn'>{abs(area):,.2f}</p>")
st.dataframe(left.drop(columns="geometry"))
