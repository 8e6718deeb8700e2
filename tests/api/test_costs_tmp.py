import time
from tests.world import *
from tests.bulk import copy_parcel
def test_measure(shared):
    w=shared
    p=w.parcel()
    for n,o in ((1000,False),(10000,False),(10000,True),(50000,False)):
        t=time.time(); copy_parcel(p,n,orders=o); print(n,o,time.time()-t)
        t=time.time(); ok(w.county.get(f"/v1/batches/{p['allocations'][0]['batch_id']}/parcels?limit=20")); print(time.time()-t)
