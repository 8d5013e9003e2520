"""Writers of one format each; they make bytes, `platforms.geo.write` puts them in place."""
