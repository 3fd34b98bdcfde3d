import time
from random import Random

from kernel.clock import frozen
from tests.integration.everything.company import Post, lived, picture
from tests.integration.writes.company import *
from tests.integration.writes.company import Snapshot


def test_all(company):
    t=time.time()
    lived(company)
    print("lived", time.time()-t); t=time.time()
    from kernel.clock import wall
    with frozen(wall()):
        base = Snapshot()
        pics = []
        for chance in (None, None, Random(1)):
            base.restore()
            post = Post(company, chance)
            post.run()
            pics.append(picture())
            print("run", time.time()-t, sum(post.brought.values())); t=time.time()
        for x in (1,2):
            print("DIFF", x, len(pics[0]-pics[x]), len(pics[x]-pics[0]))
            for k in sorted((pics[0]-pics[x]).elements())[:300]: print("-", k)
            for k in sorted((pics[x]-pics[0]).elements())[:300]: print("+", k)
    from tests.integration.everything.company import WORKERS
    print("unheard", [(f,s) for f,w in WORKERS.items() for s in w.subscriptions if (f,s) not in post.heard])
    assert 0
