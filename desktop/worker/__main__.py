"""`python -m desktop.worker`: started by `engine/`, never by hand."""

import sys

if sys.argv[1:] == ["errand"]:
    from desktop.worker.errand import main
else:
    from desktop.worker.main import main

main()
