"""The Chalice app: every route of chalicelib/api/routes.txt, nothing else."""

import gc

# Nothing that an import makes is garbage: its passes were a sixth of a cold start.
gc.disable()

from chalicelib.api.edge import index
from chalicelib.api.edge.application import Application
from chalicelib.api.edge.logs import listen

listen()
app = Application(app_name="shanhuo", configure_logs=False)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
app.api.binary_types = ["application/octet-stream", "image/png", "image/jpeg", "image/webp", XLSX]
index.register(app)

gc.freeze()
gc.enable()
