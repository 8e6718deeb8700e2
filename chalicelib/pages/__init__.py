"""View models to HTML, SVG and PNG. Nothing here reads the store."""
