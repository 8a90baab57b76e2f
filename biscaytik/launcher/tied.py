"""`python tied.py MODULE ARGUMENTS…`: become that module, tied to the parent's life.

Run as a file, not with -m, so that nothing is imported that the module does not want.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    if sys.platform == "linux":  # elsewhere a kill -9 of the parent leaves the children running
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])
