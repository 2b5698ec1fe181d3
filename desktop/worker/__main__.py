"""`python -m desktop.worker`: started by `engine/`, never by hand."""

import os
import sys

if sys.argv[1:] == ["errand"]:
    from desktop.worker.errand import main

    main()
else:
    descriptor = os.dup(1)
    os.dup2(2, 1)  # what native code prints stays out of the frames

    from desktop.worker.backends import BackendStart

    backends = BackendStart()

    from desktop.worker.main import work

    work(descriptor, backends)
