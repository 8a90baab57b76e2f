"""Exit 0 when the web server in this container answers its front page, asked as nginx would ask it."""

import os
import sys
import urllib.request

port = os.environ.get("GRANIAN_PORT", "8000")
host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
asked = urllib.request.Request(
    f"http://127.0.0.1:{port}/", headers={"Host": host, "X-Forwarded-Proto": "https", "User-Agent": "healthy"}
)
with urllib.request.urlopen(asked, timeout=10) as answer:
    sys.exit(0 if answer.status == 200 else 1)
