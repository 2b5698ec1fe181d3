"""Which program of this machine listens at a port."""

import psutil


def listener_of(port: int) -> tuple[int, str] | None:
    """Process id and name; None: nobody, or the system does not tell us.

    Takes some tens of milliseconds.
    """
    try:
        links = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return None
    for link in links:
        here = link.laddr and link.laddr[1]  # no address: it is of another kind
        if link.status == psutil.CONN_LISTEN and here == port and link.pid:
            try:
                return link.pid, psutil.Process(link.pid).name()
            except psutil.Error:
                return link.pid, ""
    return None
