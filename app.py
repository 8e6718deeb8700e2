"""The Chalice app: every route of chalicelib/api/routes.txt and the clock's jobs, nothing else."""

import gc

# Nothing that an import makes is garbage: its passes were a sixth of a cold start.
gc.disable()

from chalice.app import Chalice

from chalicelib.api import clock, index

app = Chalice(app_name="shanhuo")
app.api.binary_types = ["application/octet-stream", "image/png", "image/jpeg", "image/webp"]
index.register(app)
app.register_blueprint(clock.jobs)

gc.freeze()
gc.enable()
