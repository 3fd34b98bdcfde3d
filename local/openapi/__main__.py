"""Writes `infra/openapi.json` anew."""

import sys

from local.settings import KERNEL

if __name__ == "__main__":
    sys.path.insert(0, str(KERNEL))
    from local.openapi.document import PATH, text

    PATH.write_text(text())
    print(f"{PATH.name}: {PATH.stat().st_size // 1024} KB")
