import time
from tests.world import *
def test_x(server):
    for _ in range(3):
        from chalicelib.repositories import tables
        tables.drop_table(); tables.create_table()
        t=time.perf_counter(); w=World(server); print("world", time.perf_counter()-t)
    t=time.perf_counter()
    p=w.parcel(); print("parcel", time.perf_counter()-t)
    c=w.complain(w.delivered(p), photos=[w.photo(p["code"])]); w.settle(c, refund_fen=100)
    print(w.trace(p["code"])["state"], stored())
