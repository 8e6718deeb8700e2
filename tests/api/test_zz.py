from tests.api.test_costs import *


def test_print(shared):
    for p, a in acts(shared).items():
        for limit in (1, 3):
            with meter() as m:
                try:
                    x = a(limit)
                except Exception as e:
                    x = None
                    print(repr(e))
            print(
                f"{p:36} n={size(x)} | {len(m.requests)} | {m.rcu:g}+{m.index_rcu:g} | {m.wcu:g} + {m.index_wcu:g}  {m.requests}"
            )
            if m.wcu:
                break
